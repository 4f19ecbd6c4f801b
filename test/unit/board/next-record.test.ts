import { describe, expect, test } from "vitest";
import type { NoOutcome } from "../../../board/collect/answers.ts";
import { nextRecord, rememberedIn } from "../../../board/collect/next-record.ts";
import { READER_VERSION, saidOf, validatorsOf } from "../../../board/collect/said.ts";
import type { BadgeRecord } from "../../../board/state/board-state.ts";
import { twoPart } from "../../support/board-badges.ts";

const MONDAY = "2026-11-23T08:00:00.000Z";
const TUESDAY = "2026-11-24T08:00:00.000Z";
const WEDNESDAY = "2026-11-25T08:00:00.000Z";
const ADDRESS = "https://ci.example/a.svg";
const DAILY = { everyMinutes: 24 * 60, historyDays: 30 };

const answer = (httpStatus: number, message = "passing", headers: Record<string, string> = {}) => ({
  kind: "answer" as const,
  answer: {
    url: ADDRESS,
    httpStatus,
    headers,
    body: new TextEncoder().encode(twoPart("build", message)),
  },
});

type Outcome = ReturnType<typeof answer> | NoOutcome;

const next = (previous: BadgeRecord | undefined, outcome: Outcome, at: string) =>
  nextRecord(previous, saidOf(outcome, { address: ADDRESS, known: rememberedIn(previous) }, {}), {
    at,
    ...DAILY,
  });

const passing = next(
  undefined,
  answer(200, "passing", { etag: '"a"', "last-modified": "then" }),
  MONDAY,
);

describe("what is known of a badge", () => {
  test("after its first answer is that reading", () => {
    expect(passing).toMatchObject({
      reading: { state: "passing", label: "build", readAt: MONDAY, since: MONDAY },
      etag: '"a"',
      lastModified: "then",
      readerVersion: READER_VERSION,
      history: [{ state: "passing", from: MONDAY, to: MONDAY }],
      inARow: 1,
    });
  });

  test("after 304 is the same reading, confirmed now", () => {
    const record = next(passing, answer(304), TUESDAY);
    expect(record.reading).toEqual({ ...passing.reading, readAt: TUESDAY });
    expect(record).toMatchObject({
      etag: '"a"',
      lastModified: "then",
      history: [{ from: MONDAY, to: TUESDAY }],
      inARow: 2,
    });
  });

  test("keeps since when the state is the same, and starts anew when it changes", () => {
    const same = next(passing, answer(200, "success"), TUESDAY);
    expect(same.reading).toMatchObject({ message: "success", since: MONDAY, readAt: TUESDAY });
    expect(same.inARow).toBe(2);
    const changed = next(same, answer(200, "failing"), WEDNESDAY);
    expect(changed.reading).toMatchObject({ state: "failing", since: WEDNESDAY });
    expect(changed).toMatchObject({
      inARow: 1,
      history: [{ state: "passing" }, { state: "failing", from: WEDNESDAY }],
    });
    expect(changed).not.toHaveProperty("etag");
  });

  test.each([
    ["a server error", answer(503), { reason: "the service answered 503", isOfHost: true }],
    ["too many requests", answer(429), { reason: "the service answered 429", isOfHost: true }],
    ["a refusal", answer(403), { reason: "the service answered 403" }],
    [
      "no answer",
      { kind: "none", reason: "it refused the connection", isOfHost: true },
      { reason: "it refused the connection", isOfHost: true },
    ],
  ] as ReadonlyArray<readonly [string, Outcome, object]>)(
    "after %s is the last reading, with the reason why it is not fresh",
    (_what, outcome, problem) => {
      const record = next(passing, outcome, TUESDAY);
      expect(record.reading).toEqual(passing.reading);
      expect(record.problem).toEqual({ since: TUESDAY, ...problem });
      expect(record.history).toEqual(passing.history);
      expect(record.inARow).toBe(1);
      const still = next(record, outcome, WEDNESDAY);
      expect(still.problem).toEqual({ since: TUESDAY, ...problem });
      expect(next(still, answer(304), WEDNESDAY)).not.toHaveProperty("problem");
    },
  );

  test("while its host is left alone keeps the cause, once", () => {
    const refused = { kind: "none", reason: "it refused the connection", isOfHost: true } as const;
    const paused = { ...refused, reason: "the host failed", pausedUntil: Date.parse(WEDNESDAY) };
    const first = next(passing, refused, MONDAY);
    const problem = {
      since: MONDAY,
      isOfHost: true,
      reason: "it refused the connection; not asked again before 2026-11-25 08:00 UTC",
    };
    expect(next(first, paused, TUESDAY).problem).toEqual(problem);
    expect(next(next(first, paused, TUESDAY), paused, TUESDAY).problem).toEqual(problem);
    expect(next(undefined, paused, TUESDAY).problem?.reason).toBe(
      "the host failed; not asked again before 2026-11-25 08:00 UTC",
    );
  });

  test.each([404, 410])("after %i is that there is no such badge", (status) => {
    const record = next(passing, answer(status), TUESDAY);
    expect(record.reading).toMatchObject({
      state: "unknown",
      rule: `http: the service answered ${status}`,
    });
    expect(record).not.toHaveProperty("problem");
  });

  test("after a 304 that nobody asked for is a problem, not a reading", () => {
    expect(next(undefined, answer(304), MONDAY)).toEqual({
      problem: { since: MONDAY, reason: "the service answered 304" },
      readerVersion: READER_VERSION,
    });
  });
});

test("validators are sent only for a reading of this reader", () => {
  const known = rememberedIn(passing);
  expect(validatorsOf(known)).toEqual({ "if-none-match": '"a"', "if-modified-since": "then" });
  expect(validatorsOf(rememberedIn({ ...passing, readerVersion: READER_VERSION - 1 }))).toEqual({});
  expect(validatorsOf({ etag: '"a"', readerVersion: READER_VERSION })).toEqual({});
  expect(validatorsOf(undefined)).toEqual({});
});
