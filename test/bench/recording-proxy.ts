import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Pool } from "undici";
import type { Access } from "./world.ts";

/** A request that was answered. */
export interface Seen {
  method: string;
  url: URL;
  contentType: string;
  body: string;
  answer: string;
}

/** A proxy without TLS on loopback, in front of an API server. It adds every request to `seen`, but for watches. */
export async function startRecordingProxy(
  { server: upstreamServer, ca }: Access,
  seen: Seen[],
): Promise<{ server: string } & AsyncDisposable> {
  const upstream = new Pool(upstreamServer, { connect: { ca }, connections: null, bodyTimeout: 0 });
  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = "GET", url: path = "/" } = request;
    const body = await textOf(request);
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const { host: _, connection: __, "transfer-encoding": ___, ...headers } = request.headers;
    const answer = await upstream.request({
      ...{ method: method as "GET", path, headers, signal: gone.signal },
      ...(body ? { body } : {}),
    });
    const contentType = String(answer.headers["content-type"] ?? "application/json");
    response.writeHead(answer.statusCode, { "content-type": contentType }).flushHeaders();
    const url = new URL(path, "http://proxy");
    if (url.searchParams.has("watch")) {
      for await (const chunk of answer.body) response.write(chunk);
      response.end();
      return;
    }
    const text = await answer.body.text();
    const sent = String(request.headers["content-type"] ?? "application/json");
    seen.push({ method, url, contentType: sent, body, answer: text });
    response.end(text);
  };
  const server = createServer((request, response) => {
    // Whoever asked has gone, or finds its connection cut as it would be by the API server.
    pass(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // an AddressInfo for every TCP socket
  return {
    server: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await upstream.destroy();
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
