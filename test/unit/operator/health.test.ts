import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { serveHealth, type Vitals, whyNotAlive } from "../../../operator/health.ts";

const well: Vitals = {
  isReady: true,
  isStopping: false,
  silenceMs: 60_000,
  longestWorkSeconds: 30,
};

describe("an operator", () => {
  test.each([
    [{}, undefined],
    [{ isReady: false }, undefined],
    [{ isStopping: true }, undefined],
    [{ silenceMs: 300_000 }, "a watch has been silent for 300 s"],
    [{ longestWorkSeconds: 301 }, "a worker has been busy with one action for 301 s"],
  ])("with %j is started again because: %s", (vitals, why) => {
    expect(whyNotAlive({ ...well, ...vitals })).toBe(why);
  });

  test.each([
    ["/readyz", {}, 200, "ok\n"],
    ["/readyz", { isReady: false }, 503, "the first lists are not in\n"],
    ["/readyz?verbose", { isStopping: true }, 503, "it is stopping\n"],
    ["/livez", { isReady: false }, 200, "ok\n"],
    ["/livez", { silenceMs: 400_000 }, 503, "a watch has been silent for 400 s\n"],
    ["/metrics", {}, 404, "see /livez and /readyz\n"],
  ])("answers a probe at %s when %j with %d", async (path, vitals, status, text) => {
    const server = await serveHealth(0, () => ({ ...well, ...vitals }));
    const { port } = server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    expect([answer.status, await answer.text()]).toEqual([status, text]);
    server.closeAllConnections();
    server.close();
  });
});
