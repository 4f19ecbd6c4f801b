import { describe, expect, test } from "vitest";
import type { Outcome } from "../../../board/collect/answers.ts";
import { FAILURES_IN_A_ROW, Host } from "../../../board/collect/host.ts";
import { leaveAloneUntil } from "../../../board/collect/retry-after.ts";

const MINUTE = 60_000;
const NOW = Date.parse("2026-11-23T08:00:00.000Z");
const failure: Outcome = { kind: "none", reason: "it refused the connection", isOfHost: true };
const answered = (httpStatus: number, headers: Record<string, string> = {}): Outcome => ({
  kind: "answer",
  answer: { url: "https://ci.example/", httpStatus, headers, body: new Uint8Array() },
});

/** How long a host is left alone after so many failures, in minutes. */
function pauseAfter(failures: number, memory: ConstructorParameters<typeof Host>[1]): number {
  const host = new Host(4, memory);
  for (let at = 0; at < failures; at += 1) host.note(failure, NOW);
  return Math.max(0, host.pausedUntil - NOW) / MINUTE;
}

describe("a host that fails", () => {
  test("is left alone after five failures in a row, with the cause", () => {
    expect(pauseAfter(FAILURES_IN_A_ROW - 1, {})).toBe(0);
    expect(pauseAfter(FAILURES_IN_A_ROW, {})).toBe(5);
    const host = new Host(4, {});
    for (let at = 0; at < FAILURES_IN_A_ROW; at += 1) host.note(failure, NOW);
    expect(host.refusal(NOW)).toEqual({ ...failure, pausedUntil: NOW + 5 * MINUTE });
    expect(host.refusal(NOW + 5 * MINUTE)).toBeUndefined();
  });

  test.each([
    ["an answer", answered(200)],
    ["an answer that there is no such badge", answered(404)],
    ["an answer that is too large", { kind: "none", reason: "too large", isOfHost: false }],
  ] as ReadonlyArray<readonly [string, Outcome]>)(
    "is given a new chance by %s",
    (_what, outcome) => {
      const host = new Host(4, {});
      for (let at = 0; at < 2 * FAILURES_IN_A_ROW; at += 1) {
        host.note(at === FAILURES_IN_A_ROW - 1 ? outcome : failure, NOW);
        if (at < 2 * FAILURES_IN_A_ROW - 1) expect(host.refusal(NOW)).toBeUndefined();
      }
      expect(host.refusal(NOW)).toBeDefined();
    },
  );

  test.each([
    [0, 5],
    [12, 12],
    [600, 60],
  ])("for %i minutes by now is left alone for %i, after one try", (minutes, pause) => {
    const memory = { pausedUntil: NOW - 1, failingSince: NOW - minutes * MINUTE };
    expect(pauseAfter(1, memory)).toBe(pause);
  });

  test("is tried once after a pause, and others follow when it answers", async () => {
    const host = new Host(4, { pausedUntil: NOW - 1 });
    const begun: number[] = [];
    const turns = [1, 2, 3].map(async (turn) => {
      await host.enter();
      begun.push(turn);
    });
    await turns[0];
    await Promise.resolve();
    expect(begun).toEqual([1]);
    host.note(answered(200), NOW);
    host.leave();
    await Promise.all(turns);
    expect(begun).toEqual([1, 2, 3]);
  });
});

describe("a host that wants to be left alone", () => {
  test.each([
    [429, "120", 120_000],
    [503, "60", 60_000],
    [403, "60", 60_000],
    [429, "Mon, 23 Nov 2026 08:10:00 GMT", 600_000],
    [429, "Mon, 23 Nov 2020 08:10:00 GMT", 0],
    [429, undefined, 300_000],
    [429, "soon", 300_000],
    [429, "999999999", 86_400_000],
    [503, undefined, undefined],
    [403, undefined, undefined],
    [200, "120", undefined],
    [500, "120", undefined],
  ])("with %i and Retry-After %j gets its wish, for a day at most", (status, value, ms) => {
    const headers = value === undefined ? {} : { "retry-after": value };
    const until = leaveAloneUntil(status, headers, NOW);
    expect(until === undefined ? undefined : until - NOW).toBe(ms);
  });

  test("may say so in the way of GitHub's API", () => {
    const reset = String(NOW / 1000 + 90);
    const usedUp = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset };
    expect(leaveAloneUntil(403, usedUp, NOW)).toBe(NOW + 90_000);
    expect(leaveAloneUntil(403, { ...usedUp, "x-ratelimit-remaining": "9" }, NOW)).toBeUndefined();
    expect(leaveAloneUntil(200, usedUp, NOW)).toBeUndefined();
  });
});
