import { describe, expect, test } from "vitest";
import type { Probe, ProbeEnding } from "../../../../client/probes/probe.ts";
import { settle, watchProbes } from "../../../../client/probes/run.ts";
import { httpCheck, localContext, probeOf, serveHttp } from "./loopback.ts";

const never = () => new Promise<never>(() => undefined);

/** A server whose n-th answer (from 0) has the status that `answer` gives; `asked` resolves when it has been asked so often. */
async function shop(answer: (index: number) => number | Promise<never>) {
  let requests = 0;
  const waiting = new Map<number, () => void>();
  const server = await serveHttp(async (_request, response) => {
    const index = requests;
    requests += 1;
    waiting.get(requests)?.();
    response.writeHead(await answer(index)).end();
  });
  const asked = (times: number) =>
    new Promise<void>((resolve) => {
      if (requests >= times) resolve();
      else waiting.set(times, resolve);
    });
  const probe = (changes: Partial<Probe> = {}) => probeOf(httpCheck(server.url), changes);
  return { ...server, asked, probe, requests: () => requests };
}

/** A clock of which each look is one second after the last. */
function ticking() {
  let seconds = 0;
  return () => new Date(seconds++ * 1000);
}

describe("settling", () => {
  test.each([
    ["succeeds at once", [200], "passed", 1, 0],
    ["succeeds at last", [500, 500, 200], "passed", 3, 2],
    ["fails as often as makes a breach", [500, 500, 500, 200], "breached", 3, 3],
  ])("ends when a probe %s", async (_name, statuses, outcome, checks, failures) => {
    await using server = await shop((index) => statuses[index] ?? 200);
    await using context = await localContext({ now: ticking() });
    expect(await settle([server.probe()], "before", context)).toEqual([
      {
        ...{ name: "shop", phase: "before", outcome, checks, failures },
        message: failures === 0 ? "" : expect.stringContaining("answered 500; expected 200-299"),
        startTime: "1970-01-01T00:00:00.000Z",
        completionTime: "1970-01-01T00:00:01.000Z",
      },
    ]);
    expect(server.requests()).toBe(checks);
  });

  test("asks all probes of the phase at once, and no other", async () => {
    let both: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => {
      both = resolve;
    });
    await using server = await shop((index) => {
      if (index === 1) both();
      return arrived.then(() => 200 as never);
    });
    await using context = await localContext();
    const probes = [
      server.probe({ name: "a" }),
      server.probe({ name: "b" }),
      server.probe({ name: "c", when: ["during"] }),
    ];
    const endings = await settle(probes, "after", context);
    expect(endings.map(({ name, phase, outcome }) => [name, phase, outcome])).toEqual([
      ["a", "after", "passed"],
      ["b", "after", "passed"],
    ]);
  });

  test("waits for the interval, counted from the beginning of a check", async () => {
    await using server = await shop((index) => (index === 0 ? 500 : 200));
    await using context = await localContext();
    const began = performance.now();
    await settle([server.probe({ intervalMs: 200 })], "before", context);
    expect(performance.now() - began).toBeGreaterThanOrEqual(199);
  });

  test("that is interrupted is a breach of what has not succeeded by then", async () => {
    await using server = await shop((index) => (index === 0 ? 500 : never()));
    const interruption = new AbortController();
    await using context = await localContext({ signal: interruption.signal });
    const ending = settle([server.probe()], "before", context);
    await server.asked(2);
    interruption.abort();
    expect(await ending).toMatchObject([
      {
        outcome: "breached",
        ...{ checks: 1, failures: 1 },
        message: expect.stringMatching(/^It was interrupted before it succeeded: GET .* 500/),
      },
    ]);
  });

  test("tells when a probe begins to fail, succeeds again, and is breached", async () => {
    const told: string[] = [];
    await using server = await shop((index) => [500, 500, 200][index] ?? 500);
    await using context = await localContext({ progress: (text) => told.push(text) });
    await settle([server.probe()], "before", context);
    await settle([server.probe({ failureThreshold: 1 })], "after", context);
    expect(told).toEqual([
      expect.stringMatching(/^Probe "shop" \(before\) fails: GET .* answered 500/),
      'Probe "shop" (before) succeeds again after failures: 2',
      expect.stringMatching(/^Probe "shop" \(after\) is breached: GET .* answered 500/),
    ]);
  });
});

describe("watching", () => {
  test("counts until it is stopped, and asks the probes of that phase alone", async () => {
    await using server = await shop(() => 200);
    await using context = await localContext();
    const probes = [server.probe(), server.probe({ name: "no", when: ["before", "after"] })];
    const watch = watchProbes(probes, { ...context, onBreach: () => undefined });
    await server.asked(4);
    const [ending, ...others] = await watch.stop();
    expect(others).toEqual([]);
    expect(ending).toMatchObject({ name: "shop", phase: "during", outcome: "passed", failures: 0 });
    expect(ending?.checks).toBeGreaterThanOrEqual(3);
  });

  test("tells each breach once, at once, and asks that probe no more, but the others", async () => {
    await using bad = await shop((index) => (index === 0 ? 200 : 500));
    await using good = await shop(() => 200);
    await using context = await localContext();
    const told: ProbeEnding[] = [];
    const { promise: breach, resolve } = Promise.withResolvers<void>();
    const watch = watchProbes([bad.probe(), good.probe({ name: "other" })], {
      ...context,
      onBreach: (ending) => {
        told.push(ending);
        resolve();
      },
    });
    await breach;
    await good.asked(good.requests() + 3);
    const endings = await watch.stop();
    expect(told).toMatchObject([{ name: "shop", outcome: "breached", checks: 4, failures: 3 }]);
    expect(endings[0]).toEqual(told[0]);
    expect(endings[1]).toMatchObject({ name: "other", outcome: "passed" });
    expect(bad.requests()).toBe(4);
  });

  test("forgives failures that are fewer in a row, and yet counts them", async () => {
    await using server = await shop((index) => (index % 3 === 2 ? 200 : 500));
    await using context = await localContext();
    const breaches: ProbeEnding[] = [];
    const watch = watchProbes([server.probe()], {
      ...context,
      onBreach: (ending) => breaches.push(ending),
    });
    await server.asked(8);
    const [ending] = await watch.stop();
    expect(breaches).toEqual([]);
    expect(ending?.outcome).toBe("passed");
    expect(ending?.failures).toBeGreaterThanOrEqual(4);
    expect(ending?.message).toContain("answered 500");
  });

  test("stops without waiting for a check that is under way, which counts for nothing", async () => {
    await using server = await shop((index) => (index === 0 ? 200 : never()));
    await using context = await localContext();
    const probe = server.probe({ timeoutMs: 600_000, failureThreshold: 1 });
    const watch = watchProbes([probe], { ...context, onBreach: () => undefined });
    await server.asked(2);
    expect(await watch.stop()).toMatchObject([{ outcome: "passed", checks: 1, failures: 0 }]);
  });

  test.each([
    [
      "only failed",
      (index: number) => (index === 0 ? 500 : never()),
      2,
      "No check succeeded while the fault held: GET",
    ],
  ])("is a breach where a probe was %s", async (_name, answer, requests, message) => {
    await using server = await shop(answer);
    await using context = await localContext();
    const watch = watchProbes([server.probe()], { ...context, onBreach: () => undefined });
    await server.asked(requests);
    expect(await watch.stop()).toMatchObject([
      { outcome: "breached", message: expect.stringContaining(message) },
    ]);
  });

  test("of what was never asked are breached", async () => {
    await using server = await shop(() => 200);
    await using context = await localContext();
    const signal = AbortSignal.abort(new Error("no fault acted"));
    const watch = watchProbes([server.probe()], { ...context, signal, onBreach: () => undefined });
    expect(await watch.stop()).toMatchObject([
      { outcome: "breached", checks: 0, message: expect.stringContaining("never asked") },
    ]);
  });

  test("waits for a first check, however short the fault was", async () => {
    await using server = await shop(() => 200);
    await using context = await localContext();
    const watch = watchProbes([server.probe()], { ...context, onBreach: () => undefined });
    expect(await watch.stop()).toMatchObject([{ outcome: "passed", checks: 1 }]);
  });

  test("of no probes is nothing", async () => {
    await using context = await localContext();
    expect(await watchProbes([], { ...context, onBreach: () => undefined }).stop()).toEqual([]);
  });

  test.each(["before", "after"])(
    "is a breach where it is interrupted %s it is stopped",
    async (order) => {
      await using server = await shop(() => 200);
      const interruption = new AbortController();
      await using context = await localContext({ signal: interruption.signal });
      const watch = watchProbes([server.probe()], { ...context, onBreach: () => undefined });
      await server.asked(2);
      interruption.abort();
      if (order === "a moment") await new Promise(setImmediate);
      expect(await watch.stop()).toMatchObject([
        { outcome: "breached", message: "It was interrupted, and what came then is not known" },
      ]);
    },
  );
});
