import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { Connection } from "../../../kubernetes/connection.ts";
import { ApiError, ConnectionError } from "../../../kubernetes/errors.ts";
import { type Answer, Transport, type TransportOptions } from "../../../kubernetes/transport.ts";

const open: { transport: Transport; server: Server }[] = [];
afterEach(async () => {
  for (const { transport, server } of open.splice(0)) {
    await transport.close();
    server.closeAllConnections();
    server.close();
  }
});

type Handler = Parameters<typeof createServer>[1];

/** A transport to an HTTP server that answers as `handler` does. */
async function transportTo(
  handler: NonNullable<Handler>,
  options: Partial<TransportOptions> & Pick<Connection, "authorization"> = {},
): Promise<Transport> {
  const server = createServer(handler as never);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const { authorization, ...rest } = options;
  const connection = { server: `http://127.0.0.1:${port}/base`, namespace: "default" };
  const transport = new Transport(
    { ...connection, ...(authorization ? { authorization } : {}) },
    { userAgent: "test", ...rest },
  );
  open.push({ transport, server });
  return transport;
}

const get = { method: "GET", path: "/api/v1/things" } as const;
const json = { "content-type": "application/json" };
const failureOf = (request: Promise<unknown>) =>
  request.then(
    () => expect.unreachable(),
    (error) => error,
  );

describe("a request", () => {
  test("has its query, body and content type, below the server's path", async () => {
    const transport = await transportTo(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { method, url, headers } = request;
      response.writeHead(200, json).end(
        JSON.stringify({
          method,
          url,
          type: headers["content-type"],
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    const query = { fieldManager: "a b", force: true, absent: undefined, limit: 5 };
    const answer = await transport.request({
      ...{ method: "PATCH", path: "/x", query, body: { é: 1 } },
      contentType: "application/merge-patch+json",
    });
    expect(answer).toEqual({
      method: "PATCH",
      url: "/base/x?fieldManager=a%20b&force=true&limit=5",
      type: "application/merge-patch+json",
      body: '{"é":1}',
    });
  });

  test("gives text where the answer is not JSON", async () => {
    const transport = await transportTo((_request, response) => response.end("ok"));
    expect(await transport.request(get)).toBe("ok");
  });

  test("fails with what the server said and how long it asks to wait", async () => {
    const status = { kind: "Status", reason: "TooManyRequests", message: "later" };
    const transport = await transportTo((_request, response) =>
      response.writeHead(429, { ...json, "retry-after": "7" }).end(JSON.stringify(status)),
    );
    const error = await failureOf(transport.request(get));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ reason: "TooManyRequests", code: 429, retryAfterMs: 7000 });
    expect(error.message).toBe("GET /api/v1/things answered 429: later");
  });

  test.each([
    ["86400", 300_000],
    ["-5", 0],
    ["Fri, 31 Dec 1999 23:59:59 GMT", undefined],
  ])(
    "waits at most five minutes however long a proxy asks for: Retry-After %s",
    async (header, ms) => {
      const transport = await transportTo((_request, response) =>
        response.writeHead(503, { "retry-after": header }).end(),
      );
      expect(await failureOf(transport.request(get))).toMatchObject({ retryAfterMs: ms });
    },
  );

  test("that nobody answers names the request and the server", async () => {
    const transport = await transportTo((request) => request.socket.destroy());
    const error = await failureOf(transport.request(get));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toMatch(/^GET http:\/\/127\.0\.0\.1:\d+\/api\/v1\/things failed: ./);
  });

  test.each([
    ["within a length that was promised", { ...json, "content-length": "100" }],
    ["within a chunked body", json],
  ])("whose answer is cut %s is a failure of the connection", async (_what, headers) => {
    const transport = await transportTo((request, response) => {
      response.writeHead(200, headers).write('{"kind":"Po');
      setImmediate(() => (request.socket as Socket).destroy());
    });
    expect(await failureOf(transport.request(get))).toBeInstanceOf(ConnectionError);
  });

  test("whose answer is no JSON though it says so is a failure of the connection", async () => {
    const transport = await transportTo((_request, response) =>
      response.writeHead(200, json).end("<html>"),
    );
    const error = await failureOf(transport.request(get));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toMatch(/answered 200, and not with whole JSON/);
  });

  test.each(["before it is sent", "while it waits"])("ends when it is told to %s", async (when) => {
    const end = new AbortController();
    const reason = new Error("enough");
    if (when === "before it is sent") end.abort(reason);
    const transport = await transportTo(() => end.abort(reason));
    expect(await failureOf(transport.request({ ...get, signal: end.signal }))).toBe(reason);
  });

  test("that waits for a connection ends when it is told to", async () => {
    const arrived = Promise.withResolvers<void>();
    const transport = await transportTo(() => arrived.resolve(), { connections: 1 });
    const first = failureOf(transport.request(get));
    await arrived.promise;
    const end = new AbortController();
    const second = failureOf(transport.request({ ...get, signal: end.signal }));
    end.abort(new Error("enough"));
    expect((await second).message).toBe("enough");
    await transport.close();
    await first;
  });
});

describe("a token that the server refuses", () => {
  /** A server that accepts "new" alone. */
  const guarded: NonNullable<Handler> = (request, response) =>
    request.headers.authorization === "new"
      ? response.writeHead(200, json).end("{}")
      : response.writeHead(401, json).end("{}");

  test.each(["request", "stream"] as const)("is read again once, for a %s", async (how) => {
    const transport = await transportTo(guarded, {
      authorization: async (options) => (options?.refused === "old" ? "new" : "old"),
    });
    await expect(transport[how](get)).resolves.toBeDefined();
  });

  test("is not tried again where there is no other", async () => {
    let asked = 0;
    const transport = await transportTo(guarded, {
      authorization: async () => "old",
      before: () => {
        asked++;
      },
    });
    expect(await failureOf(transport.request(get))).toMatchObject({ reason: "Unauthorized" });
    expect(asked).toBe(1);
  });
});

describe("a stream", () => {
  test("that is cut is a failure of the connection, after what came before", async () => {
    let cut = () => undefined as unknown;
    const transport = await transportTo((request, response) => {
      cut = () => request.socket.destroy();
      response.writeHead(200, json).write("first\n");
    });
    const seen: string[] = [];
    const reading = (async () => {
      for await (const chunk of await transport.stream(get)) {
        seen.push(Buffer.from(chunk).toString());
        cut();
      }
    })();
    const error = await failureOf(reading);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toMatch(/things was cut within its answer: ./);
    expect(seen).toEqual(["first\n"]);
  });

  test("that is refused says why", async () => {
    const status = { kind: "Status", reason: "Expired", message: "too old" };
    const transport = await transportTo((_request, response) =>
      response.writeHead(410, json).end(JSON.stringify(status)),
    );
    expect(await failureOf(transport.stream(get))).toMatchObject({ reason: "Expired" });
  });
});

describe("what looks on", () => {
  test("hears of each answer, and of a request without one", async () => {
    const heard: Answer[] = [];
    const transport = await transportTo(
      (request, response) =>
        request.method === "GET" ? response.writeHead(404).end() : request.socket.destroy(),
      { onAnswer: (answer) => heard.push(answer) },
    );
    await failureOf(transport.request(get));
    await failureOf(transport.request({ ...get, method: "POST", body: {} }));
    expect(heard).toMatchObject([
      { method: "GET", path: "/api/v1/things", code: 404 },
      { method: "POST", path: "/api/v1/things", code: undefined },
    ]);
    expect(heard[0]?.seconds).toBeGreaterThan(0);
  });

  test("can refuse a request before it is sent", async () => {
    let arrived = 0;
    const transport = await transportTo(
      (_request, response) => {
        arrived++;
        response.end();
      },
      {
        before: ({ method }) => {
          if (method !== "GET") throw new Error("not leading");
        },
      },
    );
    await transport.request(get);
    expect((await failureOf(transport.request({ ...get, method: "POST" }))).message).toBe(
      "not leading",
    );
    expect(arrived).toBe(1);
  });
});
