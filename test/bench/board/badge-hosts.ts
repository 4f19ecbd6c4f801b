import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { twoPart } from "../../support/board-badges.ts";

/** Servers of badges in a process of their own, so that they do not take the collection's time. Each port is a host. */

const [hosts = 1, latencyMs = 0] = process.argv.slice(2).map(Number);
const STATES = ["passing", "failing", "running", "cancelled", "unknown"];

/** What was sent since it was asked for last. */
const sent = { whole: 0, unchanged: 0, bodyBytes: 0, mostAtOnce: 0 };

const origins = await Promise.all(
  Array.from({ length: hosts }, async () => {
    let open = 0;
    const server = createServer((request, response) => {
      open += 1;
      sent.mostAtOnce = Math.max(sent.mostAtOnce, open);
      setTimeout(() => {
        open -= 1;
        const path = request.url ?? "";
        const etag = `"${path}"`;
        if (request.headers["if-none-match"] === etag) {
          sent.unchanged += 1;
          response.writeHead(304, { etag }).end();
          return;
        }
        const body = twoPart(path, STATES[path.length % STATES.length] ?? "");
        sent.whole += 1;
        sent.bodyBytes += body.length;
        response.writeHead(200, { "content-type": "image/svg+xml", etag }).end(body);
      }, latencyMs);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo; // listening on TCP, so it is one
    return `http://127.0.0.1:${port}`;
  }),
);

process.on("message", () => {
  process.send?.(sent);
  Object.assign(sent, { whole: 0, unchanged: 0, bodyBytes: 0, mostAtOnce: 0 });
});
process.on("disconnect", () => process.exit());
process.send?.(origins);
