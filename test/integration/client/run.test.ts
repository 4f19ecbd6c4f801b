import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { enableNamespace, namespacesNotEnabled } from "../../../client/enable.ts";
import type { Manifest } from "../../../client/manifests/parse.ts";
import { resultOf } from "../../../client/results.ts";
import { runScenario } from "../../../client/scenario/scenario.ts";
import { checkActions } from "../../../client/submit.ts";
import type { PystolActionStatus } from "../../../crds/types/pystolactions.ts";
import { pystolActions } from "../../../kubernetes/resources.ts";
import { manifest } from "../../support/manifests.ts";
import { playOperator } from "../../support/played-operator.ts";
import {
  type PystolControlPlane,
  startPystolControlPlane,
} from "../../support/pystol-control-plane.ts";

let world: PystolControlPlane;
beforeAll(async () => {
  world = await startPystolControlPlane();
  await enableNamespace(world.client, { namespace: "shop", roles: ["killpods"] });
}, 300_000);
afterAll(() => world?.[Symbol.asyncDispose]());

const passed: PystolActionStatus = {
  phase: "Complete",
  verdict: "Passed",
  verified: true,
  message: "Killed.",
  conditions: [
    {
      type: "Complete",
      status: "True",
      reason: "Passed",
      message: "Killed.",
      lastTransitionTime: "2026-01-01T00:00:00Z",
    },
  ],
};

function named(name: string, spec: object = {}): Manifest {
  return manifest({ role: "killpods", ...spec }, { name, namespace: "shop" });
}

/** Runs manifests one after another unless the options say otherwise, and keeps what was said. */
async function run(manifests: Manifest[], options: object = {}) {
  const said: string[] = [];
  const { endings } = await runScenario(world.client, manifests, {
    mode: "sequence",
    failFast: false,
    timeoutMs: 60_000,
    progress: (line) => said.push(line),
    onCreated: () => undefined,
    isExpected: (ending) => resultOf(ending).expected,
    ...options,
  });
  return { said, endings, results: endings.map((ending) => resultOf(ending)) };
}

const stored = (name: string) => world.client.get(pystolActions, { namespace: "shop", name });

describe("actions are run", () => {
  test("one after another, each to its verdict, in the order of the manifests", async () => {
    const order: string[] = [];
    await using _operator = await playOperator(world, async (action, write) => {
      order.push(`begin ${action.metadata.name}`);
      await write({ phase: "Running" });
      order.push(`end ${action.metadata.name}`);
      await write(passed);
    });
    const { said, results } = await run([named("first"), named("second")]);
    expect(results.map(({ name, verdict, expected }) => [name, verdict, expected])).toEqual([
      ["first", "Passed", true],
      ["second", "Passed", true],
    ]);
    expect(order).toEqual(["begin first", "end first", "begin second", "end second"]);
    expect(said).toContain("shop/first: created");
    expect(said).toContain("shop/first: Passed: Killed.");
  });

  test("at once, where that is asked", async () => {
    const both = Promise.withResolvers<void>();
    const begun = new Set<string>();
    await using _operator = await playOperator(world, async (action, write) => {
      begun.add(action.metadata.name);
      if (begun.size === 2) both.resolve();
      await both.promise;
      await write(passed);
    });
    const { results } = await run([named("left"), named("right")], { mode: "parallel" });
    expect(results.map(({ verdict }) => verdict)).toEqual(["Passed", "Passed"]);
  });

  test("through a verdict that is not expected, to the last", async () => {
    await using _operator = await playOperator(world, async ({ metadata }, write) => {
      await write(metadata.name === "fails" ? { ...passed, verdict: "Failed" } : passed);
    });
    const { results } = await run([named("fails"), named("follows")]);
    expect(results.map(({ expected }) => expected)).toEqual([false, true]);
  });
});

describe("an action without a verdict is an Error that says what was seen", () => {
  test("where it was deleted meanwhile", async () => {
    await using _operator = await playOperator(world, async ({ metadata }, write) => {
      await write({ phase: "Running" });
      await world.client.delete(pystolActions, { namespace: "shop", name: metadata.name });
    });
    const { results } = await run([named("deleted")]);
    expect(results[0]).toMatchObject({
      verdict: "Error",
      expected: false,
      message: "It was deleted before it had a verdict",
    });
  });

  test("where another has taken its name", async () => {
    await using _operator = await playOperator(world, async ({ metadata }) => {
      const { name, annotations } = metadata;
      if (annotations?.second) return;
      await world.client.delete(pystolActions, { namespace: "shop", name });
      const again = named("replaced").action;
      again.metadata.annotations = { second: "yes" };
      again.metadata.namespace = "shop";
      await world.client.create(pystolActions, again);
    });
    const { results } = await run([named("replaced")]);
    expect(results[0]?.message).toBe("It was deleted before it had a verdict");
  });

  test("where the time for all is over; it is asked to stop, and those behind it are never created", async () => {
    const { results } = await run([named("endless"), named("behind")], { timeoutMs: 1500 });
    expect(results.map(({ verdict, expected }) => [verdict, expected])).toEqual([
      ["Error", false],
      ["Error", false],
    ]);
    expect(results[0]?.message).toMatch(/time for all actions.*untouched by the operator/);
    expect(results[1]?.message).toMatch(/^It was never created/);
    expect((await stored("endless")).spec.stop).toBe(true);
    await expect(stored("behind")).rejects.toThrow("404");
  });

  test("where the wait is cancelled", async () => {
    const cancel = new AbortController();
    await using _operator = await playOperator(world, async (_action, write) => {
      await write({ phase: "Running" });
      cancel.abort(new Error("cancelled by SIGINT"));
    });
    const { results } = await run([named("cancelled")], { signal: cancel.signal });
    expect(results[0]?.message).toMatch(/cancelled by SIGINT.*last seen/);
    expect((await stored("cancelled")).spec.stop).toBe(true);
  });

  test("where its name is taken", async () => {
    await world.client.create(pystolActions, named("taken").action);
    const { results } = await run([named("taken")]);
    expect(results[0]?.message).toContain(
      "shop/taken exists already. Give this action another name",
    );
    expect(results[0]?.message).toContain("kubectl -n shop delete pystolaction taken");
  });
});

describe("before any action is created the API server names every problem", () => {
  async function refusal(...manifests: Manifest[]): Promise<string> {
    const error = await checkActions(world.client, manifests).catch((caught: Error) => caught);
    return error instanceof Error ? error.message : "accepted";
  }

  test("of rules that only it evaluates, at their place in the file", async () => {
    const target = { selector: { matchLabels: { a: "b" } }, amount: "0%" };
    const message = await refusal(
      named("new-one", { target }),
      named("new-two", { duration: "10m" }),
    );
    expect(message).toMatch(/^2 problems/);
    expect(message).toMatch(
      /a\.yaml:1:\d+: shop\/new-one: spec\.target\.amount: .*must be a whole number/,
    );
    expect(message).toMatch(/shop\/new-two: spec: .*must not be longer than spec\.timeout/);
  });

  test("of guards", async () => {
    const message = await refusal(named("new-three", { requester: "somebody" }));
    expect(message).toContain("spec.requester is somebody, but you are admin");
  });

  test("of a namespace that does not exist", async () => {
    const message = await refusal(manifest({ role: "r" }, { name: "a", namespace: "nowhere" }));
    expect(message).toContain("the namespace nowhere of nowhere/a does not exist");
  });

  test("and creates nothing by asking", async () => {
    expect(await refusal(named("asked"))).toBe("accepted");
    await expect(stored("asked")).rejects.toThrow("404");
  });
});

describe("a namespace", () => {
  test("that was enabled has the label and each role's binding", async () => {
    await enableNamespace(world.client, { namespace: "new", roles: ["killpods"] });
    expect(await namespacesNotEnabled(world.client, ["new", "default", "nowhere"])).toEqual([
      { name: "default", exists: true },
      { name: "nowhere", exists: false },
    ]);
    const binding = await world.client.request<object>({
      method: "GET",
      path: "/apis/rbac.authorization.k8s.io/v1/namespaces/new/rolebindings/pystol-role-killpods",
    });
    expect(binding).toMatchObject({
      roleRef: { kind: "ClusterRole", name: "pystol-role-killpods" },
      subjects: [{ name: "pystol-role-killpods", namespace: "pystol-runs" }],
    });
  });

  test("that is protected cannot be enabled", async () => {
    const enabling = enableNamespace(world.client, { namespace: "kube-system", roles: [] });
    await expect(enabling).rejects.toThrow("namespace kube-system can never be enabled");
  });
});
