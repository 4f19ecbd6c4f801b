import { type AddressInfo, createServer } from "node:net";
import { twoPart } from "../../support/board-badges.ts";

/** Servers of badges in a process of their own, so that they do not take the collection's time. Each port is a host. */

const [hosts = 1, latencyMs = 0] = process.argv.slice(2).map(Number);
const STATES = ["passing", "failing", "running", "cancelled", "unknown"];

/** What was sent since it was asked for last. */
const sent = { whole: 0, unchanged: 0, bodyBytes: 0, mostAtOnce: 0 };

/** The bytes of an answer to one request, as a server of HTTP/1.1 sends them. */
function answerTo(request: string): string {
  const path = /^GET (\S+)/u.exec(request)?.[1] ?? "";
  const etag = `"${path}"`;
  if (request.includes(`if-none-match: ${etag}`)) {
    sent.unchanged += 1;
    return `HTTP/1.1 304 Not Modified\r\netag: ${etag}\r\n\r\n`;
  }
  const body = twoPart(path, STATES[path.length % STATES.length] ?? "");
  sent.whole += 1;
  sent.bodyBytes += body.length;
  const type = "content-type: image/svg+xml";
  return `HTTP/1.1 200 OK\r\n${type}\r\netag: ${etag}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

// Node's own HTTP server costs about as much as the client that is measured, and the two share a small machine.
const origins = await Promise.all(
  Array.from({ length: hosts }, async () => {
    let open = 0;
    const server = createServer({ noDelay: true }, (socket) => {
      socket.setEncoding("latin1").on("error", () => socket.destroy());
      let text = "";
      socket.on("data", (part: string) => {
        text += part;
        if (!text.endsWith("\r\n\r\n")) return; // a client without pipelining sends one request at a time
        const request = text;
        text = "";
        open += 1;
        sent.mostAtOnce = Math.max(sent.mostAtOnce, open);
        setTimeout(() => {
          open -= 1;
          socket.write(answerTo(request), "latin1");
        }, latencyMs);
      });
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
