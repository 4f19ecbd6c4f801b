import { describe, expect, test } from "vitest";
import { Admission } from "../../../operator/admission.ts";

const candidate = (uid: string, change: { namespace?: string; priority?: number } = {}) => ({
  uid,
  key: `shop/${uid}`,
  namespace: "shop",
  priority: 0,
  created: "2026-01-02T03:04:05Z",
  ...change,
});
const admission = (max: number, perNamespace = 0) =>
  new Admission({ maxConcurrentActions: max, maxConcurrentActionsPerNamespace: perNamespace });

describe("the order of those that wait", () => {
  test("is priority, then creation, then UID", () => {
    const line = admission(0);
    const entries = [
      { ...candidate("c"), created: "2026-01-02T03:04:04Z" },
      candidate("b"),
      candidate("a"),
      candidate("z", { priority: 1 }),
    ];
    for (const one of entries) line.set(one, false);
    const positions = ["z", "c", "a", "b"].map((uid) => line.turnOf(uid));
    expect(positions).toEqual(
      [0, 1, 2, 3].map((position) => ({ kind: "wait", position, reason: "MaxConcurrentActions" })),
    );
  });
});

describe("whether an action may start", () => {
  test("follows from its rank alone, so that two that are looked at at once never take one place", () => {
    const line = admission(2);
    for (const uid of ["a", "b", "c"]) line.set(candidate(uid), false);
    expect(["a", "b", "c"].map((uid) => line.turnOf(uid).kind)).toEqual(["start", "start", "wait"]);
    line.set(candidate("b"), true);
    expect(["a", "c"].map((uid) => line.turnOf(uid).kind)).toEqual(["start", "wait"]);
    line.set(candidate("a"), true);
    expect(line.turnOf("c")).toMatchObject({ kind: "wait", position: 0 });
    expect(line.remove("a")).toBe(true);
    expect(line.turnOf("c").kind).toBe("start");
  });

  test("is held back by its namespace's quota, which holds back no other namespace", () => {
    const line = admission(3, 1);
    line.set(candidate("a"), true);
    line.set(candidate("b", { priority: 9 }), false);
    line.set(candidate("c", { namespace: "bank" }), false);
    line.set(candidate("d", { namespace: "bank" }), false);
    expect(line.turnOf("b")).toMatchObject({ kind: "wait", reason: "NamespaceQuota" });
    expect(line.turnOf("c").kind).toBe("start");
    expect(line.turnOf("d")).toMatchObject({ kind: "wait", reason: "NamespaceQuota" });
  });

  test("never lets more run than the limits allow, whatever comes and goes (a law, by chance)", () => {
    let seed = 7;
    const draw = (n: number) => {
      seed = (seed * 48271) % 2147483647; // MINSTD
      return Math.floor((seed / 2147483647) * n);
    };
    const line = admission(5, 2);
    const running = new Map<string, string>();
    const waiting = new Map<string, string>();
    for (let step = 0; step < 3000; step += 1) {
      const namespace = `n${draw(4)}`;
      const uid = `u${step}`;
      if (draw(3) === 0) {
        waiting.set(uid, namespace);
        line.set(candidate(uid, { namespace, priority: draw(3) }), false);
      } else if (draw(2) === 0) {
        const [over] = running.keys();
        if (over !== undefined) {
          running.delete(over);
          line.remove(over);
        }
      } else {
        for (const [one, place] of waiting) {
          if (line.turnOf(one).kind !== "start") continue;
          waiting.delete(one);
          running.set(one, place);
          line.set(candidate(one, { namespace: place }), true);
          break;
        }
      }
      const counts = [...running.values()].filter((one) => one === namespace).length;
      expect(running.size).toBeLessThanOrEqual(5);
      expect(counts).toBeLessThanOrEqual(2);
      expect(line.waiting).toBe(waiting.size);
    }
    expect(running.size).toBeGreaterThan(0);
  });

  test("is not said of an action that is not known yet", () => {
    expect(admission(1).turnOf("u").kind).toBe("wait");
  });
});
