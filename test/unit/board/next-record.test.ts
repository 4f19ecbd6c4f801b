import { describe, expect, test } from "vitest";
import { nextRecord, READER_VERSION, validatorsOf } from "../../../board/collect/next-record.ts";
import { leaveAloneUntil } from "../../../board/collect/retry-after.ts";
import { twoPart } from "../../support/board-badges.ts";

const MONDAY = "2026-11-23T08:00:00.000Z";
const TUESDAY = "2026-11-24T08:00:00.000Z";
const WEDNESDAY = "2026-11-25T08:00:00.000Z";

const answer = (httpStatus: number, message = "passing", headers: Record<string, string> = {}) => ({
  kind: "answer" as const,
  answer: { httpStatus, headers, body: new TextEncoder().encode(twoPart("build", message)) },
});
const passing = nextRecord(
  undefined,
  answer(200, "passing", { etag: '"a"', "last-modified": "then" }),
  MONDAY,
);

describe("what is known of a badge", () => {
  test("after its first answer is that reading", () => {
    expect(passing).toEqual({
      reading: {
        state: "passing",
        label: "build",
        message: "passing",
        rule: 'text: the word "passing"',
        readAt: MONDAY,
        since: MONDAY,
      },
      etag: '"a"',
      lastModified: "then",
      readerVersion: READER_VERSION,
    });
  });

  test("after 304 is the same reading, confirmed now", () => {
    const record = nextRecord(passing, answer(304), TUESDAY);
    expect(record.reading).toEqual({ ...passing.reading, readAt: TUESDAY });
    expect(record.etag).toBe('"a"');
  });

  test("keeps since when the state is the same, and starts anew when it changes", () => {
    const same = nextRecord(passing, answer(200, "success"), TUESDAY);
    expect(same.reading).toMatchObject({ message: "success", since: MONDAY, readAt: TUESDAY });
    const changed = nextRecord(same, answer(200, "failing"), WEDNESDAY);
    expect(changed.reading).toMatchObject({ state: "failing", since: WEDNESDAY });
    expect(changed).not.toHaveProperty("etag");
  });

  test.each([
    [
      "no answer",
      { kind: "none" as const, reason: "it refused the connection" },
      "it refused the connection",
    ],
    ["a server error", answer(503), "the service answered 503"],
    ["a refusal", answer(403), "the service answered 403"],
    ["too many requests", answer(429), "the service answered 429"],
  ])(
    "after %s is the last reading, with the reason why it is not fresh",
    (_what, outcome, reason) => {
      const record = nextRecord(passing, outcome, TUESDAY);
      expect(record.reading).toEqual(passing.reading);
      expect(record.problem).toEqual({ since: TUESDAY, reason });
      const still = nextRecord(record, outcome, WEDNESDAY);
      expect(still.problem).toEqual({ since: TUESDAY, reason });
      expect(nextRecord(still, answer(304), WEDNESDAY)).not.toHaveProperty("problem");
    },
  );

  test.each([404, 410])("after %i is that there is no such badge", (status) => {
    const record = nextRecord(passing, answer(status), TUESDAY);
    expect(record.reading).toMatchObject({
      state: "unknown",
      rule: `http: the service answered ${status}`,
    });
    expect(record).not.toHaveProperty("problem");
  });

  test("after a 304 that nobody asked for is a problem, not a reading", () => {
    const record = nextRecord(undefined, answer(304), MONDAY);
    expect(record).toEqual({
      problem: { since: MONDAY, reason: "the service answered 304" },
      readerVersion: READER_VERSION,
    });
  });
});

test("validators are sent only for a reading of this reader", () => {
  expect(validatorsOf(passing)).toEqual({ "if-none-match": '"a"', "if-modified-since": "then" });
  expect(validatorsOf({ ...passing, readerVersion: READER_VERSION - 1 })).toEqual({});
  expect(validatorsOf({ etag: '"a"', readerVersion: READER_VERSION })).toEqual({});
  expect(validatorsOf(undefined)).toEqual({});
});

describe("a host that wants to be left alone", () => {
  const now = Date.parse(MONDAY);

  test.each([
    [429, "120", 120_000],
    [503, "60", 60_000],
    [429, "Mon, 23 Nov 2026 08:10:00 GMT", 600_000],
    [429, "Mon, 23 Nov 2020 08:10:00 GMT", 0],
    [429, undefined, 300_000],
    [429, "soon", 300_000],
    [429, "999999999", 86_400_000],
    [503, undefined, undefined],
    [200, "120", undefined],
    [500, "120", undefined],
  ])("with %i and Retry-After %j gets its wish, for a day at most", (status, value, ms) => {
    const until = leaveAloneUntil(status, value, now);
    expect(until === undefined ? undefined : until - now).toBe(ms);
  });
});
