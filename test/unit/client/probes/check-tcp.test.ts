import { expect, test } from "vitest";
import { attempt, closedPort, connecting, serveTcp, silentPort } from "./loopback.ts";

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

test("a port that does not answer is a failure at the timeout", async () => {
  await using server = await silentPort();
  const check = { kind: "tcp" as const, host: "127.0.0.1", port: server.port };
  const { ok, message, ms } = await attempt(check, { timeoutMs: 300 });
  expect({ ok, message }).toEqual({ ok: false, message: "no success within 0.3 s" });
  expect(ms).toBeGreaterThanOrEqual(299);
  await expect.poll(connecting).toBe(0);
});
