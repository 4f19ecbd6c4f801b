import { describe, expect, test } from "vitest";
import type { PystolAction } from "../../../../kubernetes/resources.ts";
import { eventOf, saidOf, saidOfLeft } from "../../../../operator/events/event.ts";
import { TokenBucket } from "../../../../operator/events/token-bucket.ts";
import { newsOf } from "../../../../operator/metrics/news.ts";
import type { World } from "../../../../operator/reconcile.ts";

const action = (status?: PystolAction["status"], expected?: string[]): PystolAction => ({
  apiVersion: "pystol.org/v1alpha1",
  kind: "PystolAction",
  metadata: {
    ...{ name: "kill", namespace: "shop", uid: "u-1" },
    creationTimestamp: "2026-01-01T00:00:00Z",
  },
  spec: { role: "killpods", ...(expected ? { expect: expected } : {}) } as PystolAction["spec"],
  ...(status ? { status } : {}),
});
const world = { run: { spec: { role: { name: "killpods" } } } } as World;
const startTime = "2026-01-01T00:00:05Z";
const injectedTime = "2026-01-01T00:00:07Z";
const completionTime = "2026-01-01T00:01:00Z";

type Status = NonNullable<PystolAction["status"]>;

/** What is said when `after` is written where `before` was. */
function said(before: Status | undefined, after: Status, expected?: string[]) {
  const news = newsOf(
    { kind: "setStatus", action: action(before, expected), status: after },
    world,
  );
  return (news ? saidOf(news) : []).map(({ reason, type }) => `${type} ${reason}`);
}

const unrecovered = {
  ...{ type: "Recovered", status: "False" as const, reason: "UndoConflict", message: "" },
  lastTransitionTime: completionTime,
};

describe("of an action", () => {
  const ends = { startTime, completionTime, message: "m" };
  test.each([
    { what: "nothing while it waits", after: { phase: "Queued" as const }, is: [] },
    { what: "that its runner started", after: { startTime }, is: ["Normal Started"] },
    {
      what: "what came since, at once",
      after: { startTime, injectedTime },
      is: ["Normal Started", "Normal Injected"],
    },
    { what: "nothing again", before: { startTime }, after: { startTime }, is: [] },
    {
      what: "a verdict that was expected",
      before: { startTime, injectedTime },
      after: { ...ends, injectedTime, verdict: "Passed" as const },
      is: ["Normal Passed"],
    },
    {
      what: "a verdict that was not",
      after: { ...ends, verdict: "Error" as const },
      is: ["Warning Error"],
    },
    {
      what: "one that the author expected though it is no success",
      after: { ...ends, verdict: "NoTargets" as const },
      expected: ["NoTargets"],
      is: ["Normal NoTargets"],
    },
    {
      what: "that changes were left, whatever was expected",
      after: { ...ends, verdict: "Error" as const, conditions: [unrecovered] },
      expected: ["Error"],
      is: ["Warning UndoConflict"],
    },
  ])("is said: $what", ({ before, after, expected, is }) => {
    expect(said(before, after, expected)).toEqual(is);
  });

  test("never are more than three things said, whatever order its statuses come in", () => {
    const steps: Status[] = [
      { phase: "Queued" },
      { startTime },
      { startTime, injectedTime },
      { startTime, injectedTime, phase: "Recovering" },
      { startTime, injectedTime, verdict: "Error", conditions: [unrecovered], completionTime },
    ];
    const all = steps.flatMap((after, index) => said(steps[index - 1], after));
    expect(all).toEqual(["Normal Started", "Normal Injected", "Warning UndoConflict"]);
  });

  test("times that another clock made negative are 0", () => {
    const status = { startTime: "2025-12-31T23:59:59Z" };
    const news = newsOf({ kind: "setStatus", action: action(), status }, world);
    expect(news?.startedAfterSeconds).toBe(0);
  });

  test("a role that does not exist is not named in a metric", () => {
    const nothing = { run: undefined, role: undefined } as unknown as World;
    const status = { verdict: "Error" as const, completionTime };
    const news = newsOf({ kind: "setStatus", action: action(), status }, nothing);
    expect(news?.role).toBe("unknown");
  });
});

describe("an Event", () => {
  const by = { instance: "me", nowMs: Date.parse("2026-01-02T03:04:05.678Z") };

  test("has a name that is the same after a restart, and times with six digits", () => {
    const event = eventOf(action(), saidOfLeft(["a", "b"]), by);
    expect(event.metadata).toEqual({ name: "pa-u-1.ended", namespace: "shop" });
    expect(event.eventTime).toBe("2026-01-02T03:04:05.678000Z");
    expect(event.note).toMatch(/were not undone: a; b\.$/);
  });

  test.each(["x".repeat(3000), "é€😀".repeat(400), `${"x".repeat(1023)}é`])(
    "has a note of at most 1024 bytes without half a character",
    (note) => {
      const cut = eventOf(
        action(),
        { moment: "ended", reason: "Error", type: "Warning", note },
        by,
      ).note;
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(1024);
      expect(Buffer.byteLength(cut)).toBeGreaterThan(1015);
      expect(note.startsWith(cut.slice(0, -1))).toBe(true);
    },
  );
});

describe("a token bucket", () => {
  test("lets a burst through at once, and then one each tenth of a second", () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 3 });
    expect([bucket.take(0), bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([
      0, 0, 0, 100,
    ]);
    expect(bucket.take(50)).toBe(50);
    expect(bucket.take(100)).toBe(0);
    expect(bucket.take(100)).toBe(100);
  });

  test("never holds more than the burst, however long nothing was taken", () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 2 });
    bucket.take(0);
    const taken = [1, 2, 3].map(() => bucket.take(1_000_000));
    expect(taken).toEqual([0, 0, 100]);
  });
});
