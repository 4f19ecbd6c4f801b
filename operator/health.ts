import { createServer, type Server } from "node:http";

/** A watch brings a bookmark about once a minute; one that is silent for this long is stuck. */
const LONGEST_SILENCE_MS = 5 * 60_000;

/** Serves /readyz (every first list is in) and /livez (no watch is stuck) to probes. */
export function serveHealth(
  port: number,
  controller: { isReady: boolean; silenceMs(): number },
): Promise<Server> {
  const server = createServer((request, response) => {
    const isOk =
      request.url === "/livez"
        ? controller.silenceMs() < LONGEST_SILENCE_MS
        : request.url === "/readyz" && controller.isReady;
    const status = ["/livez", "/readyz"].includes(request.url ?? "") ? (isOk ? 200 : 503) : 404;
    response.writeHead(status, { "content-type": "text/plain" }).end(isOk ? "ok\n" : "not ok\n");
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, () => resolve(server));
  });
}
