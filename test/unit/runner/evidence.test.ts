import { describe, expect, test } from "vitest";
import { Evidence, type EvidenceMessage, parseEvidence } from "../../../runner/evidence.ts";
import type { Target } from "../../../runner/targets.ts";

const target = (name: string): Target => ({
  apiVersion: "v1",
  kind: "Pod",
  name,
  uid: `uid-${name}`,
});

function message(name: string, some: Partial<EvidenceMessage> = {}): EvidenceMessage {
  return { type: "evidence", phase: "injected", target: target(name), outcome: "killed", ...some };
}

describe("evidence", () => {
  test("of a target grows with each message, and the last outcome counts", () => {
    const evidence = new Evidence([target("a")]);
    evidence.add(message("a", { evidence: { killedUID: "uid-a", goneAfterMs: 5 } }));
    evidence.add(message("a", { phase: "recovered", outcome: "replaced", evidence: { by: "b" } }));
    expect(evidence.targets).toEqual([
      {
        ...target("a"),
        outcome: "replaced",
        evidence: { killedUID: "uid-a", goneAfterMs: 5, by: "b" },
      },
    ]);
  });

  test("is complete only when every target has that phase", () => {
    const evidence = new Evidence([target("a"), target("b")]);
    evidence.add(message("a"));
    evidence.add(message("b", { phase: "observed" }));
    expect(evidence.hasAll("injected")).toBe(false);
    evidence.add(message("b"));
    expect(evidence.hasAll("injected")).toBe(true);
    expect(evidence.hasAll("recovered")).toBe(false);
  });

  test("of something that is no target of the run does not stand for one", () => {
    const evidence = new Evidence([target("a")]);
    evidence.add(message("other"));
    expect(evidence.hasAll("injected")).toBe(false);
    expect(evidence.targets.map(({ name }) => name)).toEqual(["a", "other"]);
  });

  test("of a run without targets is whatever the role gives", () => {
    const evidence = new Evidence([]);
    expect(evidence.isAny).toBe(false);
    expect(evidence.hasAll("injected")).toBe(false);
    evidence.add(
      message("http://web", {
        target: { kind: "Endpoint", name: "http://web" },
        phase: "observed",
      }),
    );
    expect(evidence.isAny).toBe(true);
  });

  test("has a limit", () => {
    const evidence = new Evidence([]);
    for (let count = 0; count < 1000; count++)
      expect(evidence.add(message(`${count}`))).toBeUndefined();
    expect(evidence.add(message("one more"))).toBe("there is evidence of 1000 targets already");
    expect(evidence.add(message("7"))).toBeUndefined();
  });
});

describe("a message of the evidence protocol", () => {
  test("is taken with the fields that the protocol has, and no others", () => {
    const named = { kind: "Pod", name: "a", extra: 1 };
    expect(parseEvidence({ ...message("a"), target: named, more: true })).toEqual({
      type: "evidence",
      phase: "injected",
      outcome: "killed",
      target: { kind: "Pod", name: "a" },
    });
  });

  test.for<[unknown, string]>([
    [[], "expected a JSON object"],
    [{ type: "undo" }, 'type is "undo"; expected "evidence"'],
    [
      { type: "evidence", phase: "done" },
      'phase is "done"; expected "injected", "recovered" or "observed"',
    ],
    [
      { ...message("a"), target: { kind: "Pod" } },
      'target is {"kind":"Pod"}; expected an object with kind and name',
    ],
    [
      { ...message("a"), target: { kind: "Pod", name: "a", uid: 5 } },
      "target.uid is 5; expected a text of 1 to 253 characters",
    ],
    [{ ...message("a"), outcome: "" }, 'outcome is ""; expected a word, for example "killed"'],
    [{ ...message("a"), evidence: "much" }, 'evidence is "much"; expected a JSON object'],
  ])("that is wrong is refused with what was expected: %j", ([value, problem]) => {
    expect(parseEvidence(value)).toBe(problem);
  });
});
