import { describe, expect, test } from "vitest";
import { candidateOf, decide, sighted } from "../../../../operator/leader/election.ts";
import { heldLease, type Lease, releasedLease } from "../../../../operator/leader/lease.ts";

const place = { namespace: "pystol-system", name: "pystol-operator" };
const lease = (spec: Lease["spec"], resourceVersion = "1"): Lease => ({
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { ...place, resourceVersion },
  ...(spec ? { spec } : {}),
});
const ofOther = lease({
  holderIdentity: "other",
  leaseDurationSeconds: 15,
  renewTime: "2000-01-01T00:00:00.000000Z",
});
const me = { identity: "me" };

describe("a candidate", () => {
  const seenAt = (sinceMs: number, which?: Lease) => ({ lease: which, sinceMs });

  test.each([
    { what: "creates a Lease that is absent", held: undefined, kind: "create" },
    { what: "takes one without a holder", held: lease({ holderIdentity: "" }), kind: "take" },
    { what: "takes one without anything", held: lease(undefined), kind: "take" },
    { what: "takes its own", held: lease({ holderIdentity: "me" }), kind: "take" },
    { what: "waits for another's", held: ofOther, kind: "wait" },
  ])("$what", ({ held, kind }) => {
    expect(decide(seenAt(1000, held), me, 1000).kind).toBe(kind);
  });

  test.each([
    [14_999, "wait"],
    [15_000, "take"],
  ])("that saw the last renewal %d ms ago: %s, whatever time the Lease holds", (ms, kind) => {
    for (const renewTime of ["2000-01-01T00:00:00.000000Z", "2999-01-01T00:00:00.000000Z"]) {
      const held = lease({ ...ofOther.spec, renewTime });
      expect(decide(seenAt(500, held), me, 500 + ms).kind).toBe(kind);
    }
  });

  test("waits for as long as the Lease itself says, and for 15 s if it does not", () => {
    const untilMs = (leaseDurationSeconds?: number) => {
      const spec = {
        holderIdentity: "other",
        ...(leaseDurationSeconds && { leaseDurationSeconds }),
      };
      return decide(seenAt(0, lease(spec)), me, 0);
    };
    expect(untilMs(60)).toMatchObject({ untilMs: 60_000 });
    expect(untilMs()).toMatchObject({ untilMs: 15_000 });
  });

  test("of the same pod takes over at once from the container before it, and from no other", () => {
    const pod = { name: "operator-1", uid: "u1" };
    const { identity } = candidateOf(pod, "first");
    const held = lease({ ...ofOther.spec, holderIdentity: identity });
    expect(decide(seenAt(0, held), candidateOf(pod, "second"), 0).kind).toBe("take");
    for (const other of [
      { name: "operator-1", uid: "u2" },
      { name: "operator-2", uid: "u1" },
      { name: "operator-1" },
    ]) {
      expect(decide(seenAt(0, held), candidateOf(other, "second"), 0).kind).toBe("wait");
    }
  });

  test("without its pod's UID shares nothing with another process on its host", () => {
    const { identity } = candidateOf({ name: "host" }, "first");
    const held = lease({ ...ofOther.spec, holderIdentity: identity });
    expect(decide(seenAt(0, held), candidateOf({ name: "host" }, "second"), 0).kind).toBe("wait");
  });
});

describe("what was seen", () => {
  const first = sighted(undefined, ofOther, 1000);

  test("counts from when its version changed, even if the leader's clock stands still", () => {
    const renewed = lease(ofOther.spec, "2");
    expect(sighted(first, renewed, 3000)).toEqual({ lease: renewed, sinceMs: 3000 });
  });

  test("counts from when it was first seen, however often it is seen again", () => {
    expect(sighted(sighted(first, ofOther, 3000), ofOther, 5000).sinceMs).toBe(1000);
  });

  test("is new when the Lease was deleted", () => {
    expect(sighted(first, undefined, 3000)).toEqual({ lease: undefined, sinceMs: 3000 });
  });
});

describe("a Lease", () => {
  const now = Date.parse("2026-01-02T03:04:05.678Z");
  const by = { ...place, holder: "me" };

  test("that is created has times with six digits, as the API server demands", () => {
    expect(heldLease(undefined, by, now)).toMatchObject({
      metadata: place,
      spec: {
        holderIdentity: "me",
        leaseDurationSeconds: 15,
        acquireTime: "2026-01-02T03:04:05.678000Z",
        renewTime: "2026-01-02T03:04:05.678000Z",
        leaseTransitions: 0,
      },
    });
  });

  test("that is renewed keeps when it was acquired, how often it changed, and the version it was read with", () => {
    const held = heldLease(undefined, by, now);
    const renewed = heldLease(
      { ...held, metadata: { ...place, resourceVersion: "7" } },
      by,
      now + 2000,
    );
    expect(renewed.spec).toEqual({ ...held.spec, renewTime: "2026-01-02T03:04:07.678000Z" });
    expect(renewed.metadata.resourceVersion).toBe("7");
  });

  test("that is taken from another counts one change more", () => {
    const taken = heldLease(lease({ ...ofOther.spec, leaseTransitions: 3 }), by, now);
    expect(taken.spec).toMatchObject({ holderIdentity: "me", leaseTransitions: 4 });
  });

  test("that is released has no holder, lasts a second, and still counts its changes", () => {
    const released = releasedLease(heldLease(lease({ leaseTransitions: 3 }), by, now), now);
    expect(released.spec).toMatchObject({
      holderIdentity: "",
      leaseDurationSeconds: 1,
      leaseTransitions: 4,
    });
    expect(decide({ lease: released, sinceMs: 0 }, { identity: "other" }, 0).kind).toBe("take");
  });
});
