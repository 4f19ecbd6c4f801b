import { describe, expect, test } from "vitest";
import {
  attempt,
  closedPort,
  connecting,
  httpCheck,
  serveHttp,
  serveTcp,
  silentPort,
} from "./loopback.ts";

const exactly = (status: number) => ({ statuses: [{ from: status, to: status }] });

describe("an answer", () => {
  test.each([
    [204, {}, true],
    [301, {}, false],
    [404, {}, false],
    [404, exactly(404), true],
    [200, exactly(404), false],
    [302, { statuses: [{ from: 300, to: 399 }] }, true],
  ])("of the status %i is, for %j, a success: %s", async (status, changes, ok) => {
    await using server = await serveHttp((_request, response) => {
      response.writeHead(status).end();
    });
    expect(await attempt(httpCheck(server.url, changes))).toMatchObject({ ok });
  });

  test("that is wrong is told with what was expected and the beginning of its body, on one line", async () => {
    await using server = await serveHttp((_request, response) => {
      response.writeHead(503).end(`no\n\u001b[31m database ${"x".repeat(5000)}`);
    });
    const { message } = await attempt(httpCheck(`${server.url}health?token=hunter22`));
    expect(message).toMatch(
      /^GET http:\/\/127\.0\.0\.1:\d+\/health answered 503; expected 200-299; it said: no \[31m database x+…$/,
    );
    expect(message.length).toBeLessThanOrEqual(300);
  });

  test("that redirects is not followed, and says where it leads without its query", async () => {
    await using server = await serveHttp((request, response) => {
      const isAsked = request.url === "/";
      response.writeHead(isAsked ? 302 : 200, { location: "/login?token=hunter22" }).end();
    });
    const { ok, message } = await attempt(httpCheck(server.url));
    expect(ok).toBe(false);
    expect(message).toMatch(/answered 302 to http:\/\/127\.0\.0\.1:\d+\/login; expected 200-299$/);
  });

  test("that shows the request's headers shows none of them in the message", async () => {
    await using server = await serveHttp((request, response) => {
      const { authorization } = request.headers;
      response.writeHead(500).end(`${authorization} ${authorization?.slice("Bearer ".length)}`);
    });
    const headers = { authorization: "Bearer hunter22-hunter22" };
    const { message } = await attempt(httpCheck(server.url, { headers }));
    expect(message).toMatch(/it said: \*\*\* \*\*\*$/);
  });

  test.each([
    ["shop is open", true, ""],
    ["shop is closed", false, `and its body does not hold "is open"; it said: shop is closed`],
  ])("with the body %s holds what it should: %s", async (body, ok, said) => {
    await using server = await serveHttp((_request, response) => response.end(body));
    const found = await attempt(httpCheck(server.url, { bodyContains: "is open" }));
    expect(found.ok).toBe(ok);
    expect(found.message).toContain(said);
  });

  test("without an end is read to its first MiB, and no further", async () => {
    await using server = await serveHttp((_request, response) => {
      const write = () => {
        while (response.write("x".repeat(65_536)));
      };
      response.on("drain", write);
      write();
    });
    expect(await attempt(httpCheck(server.url))).toMatchObject({ ok: true });
    const { ok, message } = await attempt(httpCheck(server.url, { bodyContains: "y" }));
    expect(ok).toBe(false);
    expect(message).toContain(`the first MiB of its body does not hold "y"`);
  });

  test("that breaks off is a failure, though its status was right", async () => {
    await using server = await serveHttp((_request, response) => {
      response.writeHead(200, { "content-length": 100 }).write("half", () => response.destroy());
    });
    const { ok, message } = await attempt(httpCheck(server.url));
    expect(ok).toBe(false);
    expect(message).toContain("got no whole answer");
  });
});

describe("no answer", () => {
  test("within the timeout is a failure that says so, at the timeout", async () => {
    await using server = await serveHttp(() => undefined);
    const { ok, message, ms } = await attempt(httpCheck(server.url), { timeoutMs: 100 });
    expect({ ok, message }).toEqual({ ok: false, message: "no success within 0.1 s" });
    expect(ms).toBeGreaterThanOrEqual(99);
  });

  test("but a wrong status whose body does not come says the status", async () => {
    await using server = await serveHttp((_request, response) => {
      response.writeHead(500).flushHeaders();
    });
    const { message } = await attempt(httpCheck(server.url), { timeoutMs: 200 });
    expect(message).toMatch(/^no success within 0\.2 s: GET .* answered 500; expected 200-299$/);
  });

  test.each(["http", "https"])(
    "to the very connection of %s leaves none behind",
    async (scheme) => {
      await using server = await silentPort();
      const check = httpCheck(`${scheme}://127.0.0.1:${server.port}/`);
      expect((await attempt(check, { timeoutMs: 200 })).message).toBe("no success within 0.2 s");
      await expect.poll(connecting).toBe(0);
    },
  );

  test("where nobody listens is a failure that says so", async () => {
    const { ok, message } = await attempt(httpCheck(`http://localhost:${await closedPort()}/`));
    expect(ok).toBe(false);
    expect(message).toContain("got no whole answer: it refused the connection");
  });

  test.each([
    ["closes at once", ""],
    ["speaks another language", "SSH-2.0-OpenSSH_9.2\r\n"],
  ])("of a server that %s is a failure", async (_name, greeting) => {
    await using server = await serveTcp((socket) => socket.end(greeting));
    expect(await attempt(httpCheck(server.url))).toMatchObject({ ok: false });
  });

  test("is waited for once the signal is aborted", async () => {
    await using server = await serveHttp(() => interruption.abort());
    const interruption = new AbortController();
    const { signal } = interruption;
    expect(await attempt(httpCheck(server.url), { signal })).toMatchObject({
      ok: false,
      message: "interrupted",
    });
  });
});

test("each check has a connection of its own", async () => {
  const ports = new Set<number | undefined>();
  await using server = await serveHttp((request, response) => {
    ports.add(request.socket.remotePort);
    response.end();
  });
  await attempt(httpCheck(server.url));
  await attempt(httpCheck(server.url));
  expect(ports.size).toBe(2);
});

test("the method and the headers are sent", async () => {
  await using server = await serveHttp((request, response) => {
    const { method, headers } = request;
    const isRight = method === "POST" && headers["x-shop"] === "a" && headers.host === "shop.test";
    response.writeHead(isRight ? 200 : 400).end();
  });
  const changes = { method: "POST", headers: { "x-shop": "a", host: "shop.test" } };
  expect(await attempt(httpCheck(server.url, changes))).toMatchObject({ ok: true, message: "" });
});
