import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Respond = (request: IncomingMessage, response: ServerResponse) => void;

/** A real HTTP server on loopback with a route for each behaviour, and a record of what was asked. */
export interface BoardServer extends AsyncDisposable {
  readonly origin: string;
  readonly host: string;
  readonly requests: IncomingMessage[];
  /** The most requests that were open at one time. */
  mostAtOnce(): number;
}

/** Starts a server whose routes are given by path, without the query. */
export async function startBoardServer(
  routes: Readonly<Record<string, Respond>>,
): Promise<BoardServer> {
  const requests: IncomingMessage[] = [];
  let open = 0;
  let most = 0;
  const server = createServer((request, response) => {
    requests.push(request);
    open += 1;
    most = Math.max(most, open);
    response.once("close", () => {
      open -= 1;
    });
    const respond = routes[(request.url ?? "").replace(/\?.*/u, "")];
    if (respond === undefined) response.writeHead(404).end("no such badge");
    else respond(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // listening on TCP, so it is one
  return {
    origin: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    requests,
    mostAtOnce: () => most,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers with a body of a content type. */
export function answering(
  body: string | Buffer,
  headers: Record<string, string> = {},
  status = 200,
): Respond {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "image/svg+xml", ...headers }).end(body);
  };
}

/** A port of loopback on which nothing listens any more. */
export async function closedPort(): Promise<number> {
  await using server = await startBoardServer({});
  return Number(new URL(server.origin).port);
}
