import { expect, test } from "vitest";
import { attempt, closedPort, serveTcp } from "./loopback.ts";

test("a port that accepts is a success, by name as by address", async () => {
  await using server = await serveTcp(() => undefined);
  for (const host of ["localhost", "127.0.0.1"]) {
    expect(await attempt({ kind: "tcp", host, port: server.port })).toMatchObject({ ok: true });
  }
});

test("the connection is closed after it", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await using server = await serveTcp((socket) => socket.resume().on("end", resolve));
  await attempt({ kind: "tcp", host: "127.0.0.1", port: server.port });
  await promise;
});

test("a port on which nobody listens is a failure that says so", async () => {
  const port = await closedPort();
  expect(await attempt({ kind: "tcp", host: "127.0.0.1", port })).toMatchObject({
    ok: false,
    message: `127.0.0.1:${port}: it refused the connection`,
  });
});

test("a host that does not answer is a failure at the timeout", async () => {
  // https://www.rfc-editor.org/rfc/rfc5737: an address of documentation, which nobody has.
  const check = { kind: "tcp" as const, host: "192.0.2.1", port: 9 };
  const { ok, ms } = await attempt(check, { timeoutMs: 100 });
  expect(ok).toBe(false);
  expect(ms).toBeLessThan(3000);
});
