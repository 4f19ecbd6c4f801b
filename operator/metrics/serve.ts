import { createServer, type Server } from "node:http";
import type { Registry } from "prom-client";

/** Serves /metrics in Prometheus' text format. `collect` sets the values that are only known when asked. */
export function serveMetrics(
  port: number,
  registry: Registry,
  collect: () => void,
): Promise<Server> {
  const server = createServer(async (request, response) => {
    if (request.url?.split("?")[0] !== "/metrics") {
      response.writeHead(404, { "content-type": "text/plain" }).end("see /metrics\n");
      return;
    }
    try {
      collect();
      const text = await registry.metrics();
      response.writeHead(200, { "content-type": registry.contentType }).end(text);
    } catch (error) {
      response
        .writeHead(500, { "content-type": "text/plain" })
        .end(`${(error as Error).message}\n`);
    }
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, () => resolve(server));
  });
}
