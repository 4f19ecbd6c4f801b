import { describe, expect, test } from "vitest";
import { type Candidate, chooseTargets, type TargetSpec } from "../../../runner/targets.ts";

const selector = { matchLabels: { app: "web" } };

function pod(name: string, some: { phase?: string; deleting?: boolean } = {}): Candidate {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: "shop",
      uid: `uid-${name}`,
      ...(some.deleting ? { deletionTimestamp: "2026-01-01T00:00:00Z" } : {}),
    },
    status: { phase: some.phase ?? "Running" },
  };
}

function node(name: string, labels: Record<string, string>): Candidate {
  return { apiVersion: "v1", kind: "Node", metadata: { name, uid: `uid-${name}`, labels } };
}

const ten = Array.from({ length: 10 }, (_, index) => pod(`web-${index}`));

function choose(target: TargetSpec, candidates: readonly Candidate[] = ten, seed = 1) {
  return chooseTargets({ candidates, target, seed, ownUID: "uid-runner", ownNode: "n-own" });
}

function names(target: TargetSpec, candidates: readonly Candidate[] = ten, seed = 1): string[] {
  const choice = choose(target, candidates, seed);
  if (choice.kind !== "targets") throw new Error(choice.message);
  return choice.targets.map(({ name }) => name);
}

describe("the choice of targets", () => {
  test.for([
    ["all without an amount", undefined, 10],
    ["a number", 3, 3],
    ["a percentage", "50%", 5],
    ["a percentage, rounded down", "39%", 3],
    ["a percentage of less than one, as one", "1%", 1],
    ["everything", "100%", 10],
  ] as const)("takes %s", ([_, amount, count]) => {
    const chosen = names({ selector, ...(amount === undefined ? {} : { amount }) });
    expect(new Set(chosen).size).toBe(count);
    expect(chosen).toHaveLength(count);
  });

  test("is the same for the same seed, in whatever order the candidates come", () => {
    const shuffled = [...ten].reverse();
    for (let seed = 0; seed < 20; seed++) {
      expect(names({ selector, amount: 3 }, shuffled, seed)).toEqual(
        names({ selector, amount: 3 }, ten, seed),
      );
    }
  });

  test("reaches every candidate over many seeds, about equally often", () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 2000; seed++) {
      const [name = ""] = names({ selector, amount: 1 }, ten, seed);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    expect(counts.size).toBe(10);
    for (const count of counts.values()) expect(count).toBeGreaterThan(140);
  });

  test("gives each target with what names it for good", () => {
    const choice = choose({ selector }, [pod("web-0")]);
    const target = {
      apiVersion: "v1",
      kind: "Pod",
      namespace: "shop",
      name: "web-0",
      uid: "uid-web-0",
    };
    expect(choice).toEqual({ kind: "targets", targets: [target], matched: 1 });
  });
});

describe("what is no target", () => {
  const finished = [pod("done", { phase: "Succeeded" }), pod("failed", { phase: "Failed" })];
  const leaving = pod("leaving", { deleting: true });
  const runner = pod("runner");

  test("is left out and does not count as a match", () => {
    expect(names({ selector }, [...finished, leaving, runner, pod("web-0")])).toEqual(["web-0"]);
    const half: TargetSpec = { selector, amount: "50%" };
    expect(names(half, [...finished, leaving, pod("web-0"), pod("web-1")])).toHaveLength(1);
  });

  test("alone is no target at all, and the message says what was left out", () => {
    expect(choose({ selector }, [...finished, leaving, runner])).toEqual({
      kind: "none",
      message:
        'No target: spec.target.selector ({"matchLabels":{"app":"web"}}) matches nothing (left out: 2 finished, 1 being deleted, 1 the runner itself).',
    });
  });

  test("matters only of pods: what else has a phase may be in any", () => {
    const claim = { ...pod("data", { phase: "Failed" }), kind: "PersistentVolumeClaim" };
    expect(names({ selector }, [claim])).toEqual(["data"]);
  });
});

describe("a choice is refused", () => {
  test.for([
    ["for an amount that is more than what matches", { selector, amount: 11 }, "is 11, but"],
    [
      "for a larger share than allowed",
      { selector, amount: 6, maxUnavailablePercent: 50 },
      "6 of 10 matching targets are 60 %, spec.target.maxUnavailablePercent allows 50 %",
    ],
    ["for a name that is absent", { names: ["web-1", "nope"] }, "nope of spec.target.names"],
  ] as const)("%s", ([_, target, message]) => {
    const choice = choose(target as unknown as TargetSpec);
    expect(choice).toMatchObject({ kind: "refused", message: expect.stringContaining(message) });
  });

  test("for more targets than a run can record", () => {
    const many = Array.from({ length: 1001 }, (_, index) => pod(`web-${index}`));
    expect(choose({ selector }, many)).toMatchObject({ kind: "refused" });
    expect(names({ selector, amount: 1000 }, many)).toHaveLength(1000);
  });

  test("but not for exactly the share that is allowed, where a division would make it more", () => {
    const many = Array.from({ length: 25 }, (_, index) => pod(`web-${index}`));
    expect(names({ selector, amount: 7, maxUnavailablePercent: 28 }, many)).toHaveLength(7);
    const three = many.slice(0, 3);
    expect(choose({ selector, amount: 1, maxUnavailablePercent: 33 }, three)).toMatchObject({
      kind: "refused",
      message: expect.stringContaining("are 33.4 %"),
    });
  });

  test("but not for exactly the share that is allowed", () => {
    expect(names({ selector, amount: 5, maxUnavailablePercent: 50 })).toHaveLength(5);
  });
});

test("all named targets being absent is no target", () => {
  expect(choose({ names: ["gone"] }, [])).toEqual({
    kind: "none",
    message: "No target: spec.target.names (gone) matches nothing.",
  });
});

test("a pod among the targets says which node it is on", () => {
  const placed = { ...pod("web"), spec: { nodeName: "n1" } };
  expect(choose({ selector }, [placed])).toMatchObject({
    targets: [{ kind: "Pod", name: "web", node: "n1" }],
  });
});

describe("of nodes", () => {
  const enabled = { "pystol.org/enabled": "true" };
  const nodes = [
    node("n1", enabled),
    node("n-own", enabled),
    node("n-master", { ...enabled, "node-role.kubernetes.io/control-plane": "" }),
    node("n-other", {}),
  ];

  test("neither the control plane, nor the runner's own, nor one that did not opt in is a target", () => {
    expect(names({ names: ["n1"] }, nodes)).toEqual(["n1"]);
    expect(names({ selector: {} }, nodes)).toEqual(["n1"]);
  });

  test.for([
    ["n-own", "1 the runner's own node"],
    ["n-master", "1 of the control plane"],
    ["n-other", "1 without the label pystol.org/enabled=true"],
  ] as const)("%s is left out, and the message says why", ([name, reason]) => {
    const one = nodes.filter(({ metadata }) => metadata.name === name);
    const choice = choose({ names: [name] }, one);
    expect(choice).toMatchObject({ kind: "none" });
    expect(choice).toHaveProperty("message", expect.stringContaining(reason));
  });
});
