import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PystolRole, PystolRun, Resource } from "../../kubernetes/resources.ts";
import { IS_FULL, SEED } from "../support/sample.ts";
import { noteOutcome } from "./harness/outcome.ts";
import { ModelCluster } from "./model/model-cluster.ts";
import { ModelOperator, SETTINGS } from "./model/model-operator.ts";

const RUNS = IS_FULL ? 20_000 : 1_000;
/** More rounds than any run of the model takes to come to rest. */
const ROUNDS = 400;
const LONGEST_MS = 600_000;

const namespace: Resource = {
  ...{ apiVersion: "v1", kind: "Namespace" },
  metadata: { name: "shop", labels: { "pystol.org/enabled": "true" } },
};

function roleOf(isUndoable: boolean): PystolRole {
  return {
    ...{ apiVersion: "pystol.org/v1alpha1", kind: "PystolRole", metadata: { name: "model" } },
    spec: {
      ...{ collection: "acme.tests", role: "model" },
      ...(isUndoable ? { phased: true, undoable: true } : {}),
    },
  } as PystolRole;
}

interface Model {
  cluster: ModelCluster;
  operator: ModelOperator;
}

/** What may happen next, each with how often of ten it is drawn. */
const WATCHED = ["pystolactions", "pystolruns", "jobs", "pods"] as const;
type Happening =
  | {
      kind:
        | "decide"
        | "crash"
        | "restart"
        | "controllers"
        | "kubelet"
        | "stop"
        | "delete"
        | "submit";
    }
  | { kind: "hear"; plural: (typeof WATCHED)[number]; count: number }
  | { kind: "kill"; index: number }
  | { kind: "work"; index: number; steps: number }
  /** Some rounds in which all goes well, but for the runners, which may stand still. */
  | { kind: "goOn"; rounds: number; withWork: boolean }
  | { kind: "crashAfter"; steps: number }
  | { kind: "wait"; seconds: number }
  | { kind: "remove"; plural: "jobs" | "pods"; index: number; isForced: boolean };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant("decide" as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("hear" as const),
      plural: fc.constantFrom(...WATCHED),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("work" as const),
      index: fc.nat(3),
      steps: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("goOn" as const),
      rounds: fc.integer({ min: 1, max: 6 }),
      withWork: fc.boolean(),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("kubelet" as const) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("controllers" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("crashAfter" as const), steps: fc.nat(3) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      seconds: fc.constantFrom(1, 10, 61, 100, 400),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("restart" as const, "submit" as const) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom("stop" as const, "delete" as const) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("kill" as const), index: fc.nat(3) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("remove" as const),
      plural: fc.constantFrom("jobs" as const, "pods" as const),
      index: fc.nat(3),
      isForced: fc.boolean(),
    }),
  },
);

async function happen({ cluster, operator }: Model, what: Happening): Promise<void> {
  switch (what.kind) {
    case "decide":
      await operator.reconcile();
      break;
    case "crash":
    case "restart":
      operator.restart();
      break;
    case "crashAfter":
      await operator.reconcile(what.steps);
      operator.restart();
      break;
    case "hear":
      operator.caches.catchUp(what.plural, what.count);
      break;
    case "work":
      for (let step = 0; step < what.steps; step++) cluster.work(what.index);
      break;
    case "goOn":
      for (let round = 0; round < what.rounds; round++) {
        cluster.controllers();
        cluster.kubelet();
        if (what.withWork) cluster.work(round);
        operator.caches.catchUpAll();
        await operator.reconcile();
      }
      break;
    case "kill":
      cluster.killProcess(what.index);
      break;
    case "wait":
      cluster.nowMs += what.seconds * 1000;
      break;
    case "remove":
      cluster.deleteSome(
        what.plural,
        what.index,
        what.isForced && what.plural === "pods" ? 0 : undefined,
      );
      break;
    case "controllers":
      cluster.controllers();
      break;
    case "kubelet":
      cluster.kubelet();
      break;
    case "stop":
      cluster.stop();
      break;
    case "delete":
      cluster.deleteAction();
      break;
    case "submit":
      cluster.submit("model");
  }
  cluster.watchVerdict();
}

/** Everything goes on undisturbed until nothing changes any more. */
async function settle({ cluster, operator }: Model): Promise<boolean> {
  let idle = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const { version } = cluster.server;
    const living = [...cluster.processes.values()].filter(({ exitCode }) => exitCode === undefined);
    cluster.controllers();
    cluster.kubelet();
    cluster.work(round);
    operator.caches.catchUpAll();
    const againMs = await operator.reconcile();
    cluster.watchVerdict();
    const isQuiet = cluster.server.version === version && living.length === 0;
    idle = isQuiet ? idle + 1 : 0;
    if (isQuiet) cluster.nowMs += Math.max(1_000, Math.min(againMs ?? 30_000, 30_000));
    if (idle > 20) return true;
  }
  return false;
}

/** Whether the operator sends no write at all. */
async function refrains({ cluster, operator }: Model): Promise<void> {
  const { sent } = cluster.server;
  await operator.reconcile();
  await operator.reconcile();
  expect(cluster.server.sent, "it wrote although nothing had changed").toBe(sent);
}

/** All that is known is up to date and decided on, in the midst of a run. */
async function restsInTheMidst(model: Model): Promise<void> {
  for (let round = 0; round < 20; round++) {
    model.operator.caches.catchUpAll();
    await model.operator.reconcile();
    if (model.operator.isAtRest) return refrains(model);
  }
  expect.fail("the operator writes and writes, although nobody else does anything");
}

/** Where nothing moves for longer than recovery is tried, it is given up, and the status has to say so. */
function hasTimeToRecover(story: readonly Happening[]): boolean {
  const waits = story.map((what) => (what.kind === "wait" ? what.seconds : 0));
  return waits.reduce((sum, seconds) => sum + seconds, 0) < SETTINGS.recoverySeconds;
}

function leftovers({ cluster }: Model): string[] {
  return ["pystolactions", "pystolruns", "jobs", "pods"].flatMap((plural) =>
    cluster.server
      .all(plural)
      .map(({ metadata }) => `${plural} ${metadata.name} ${metadata.finalizers ?? ""}`),
  );
}

async function holds(isUndoable: boolean, story: readonly Happening[]): Promise<void> {
  const cluster = new ModelCluster();
  const operator = new ModelOperator(cluster, { role: roleOf(isUndoable), namespace });
  const model = { cluster, operator };
  const { violations } = cluster.effects;
  cluster.submit("model");
  for (const one of story) await happen(model, one);
  await restsInTheMidst(model);
  expect(await settle(model), "it never came to rest").toBe(true);
  expect(violations).toEqual([]);
  const action = cluster.action();
  if (action && !action.metadata.deletionTimestamp)
    expect(action.status?.verdict, "it rests without a verdict").toBeDefined();
  const open = cluster.server
    .all<PystolRun>("pystolruns")
    .flatMap(({ status }) => (status?.records ?? []).filter(({ state }) => state !== "Done"));
  if (hasTimeToRecover(story)) {
    expect(open, "undo records are left open").toEqual([]);
    if (isUndoable) expect([...cluster.effects.active], "a fault was not undone").toEqual([]);
  } else if (open.length > 0 && action) {
    const recovered = action.status?.conditions?.find(({ type }) => type === "Recovered");
    expect(recovered, "open undo records are not told of").toMatchObject({ status: "False" });
    expect(action.status?.verdict).toBe("Error");
  }
  // Nothing changed, so nothing may be written, also by one that has just started.
  operator.restart();
  await refrains(model);
  cluster.deleteAction();
  expect(await settle(model), "the deletion never came to rest").toBe(true);
  expect(leftovers(model)).toEqual([]);
  expect(violations).toEqual([]);
}

describe(`whatever happens in whatever order, and however old what the operator knows is (seed ${SEED})`, () => {
  test.for([
    { kind: "plain", isUndoable: false },
    { kind: "undoable", isUndoable: true },
  ])(
    "a $kind role acts once at most, ends with one verdict and leaves nothing",
    { timeout: LONGEST_MS },
    async ({ kind, isUndoable }) => {
      const seed = Number.parseInt(SEED.replace(/[^0-9a-f]/g, "").slice(0, 7) || "1", 16);
      const property = fc.asyncProperty(
        fc.array(happening, { minLength: 5, maxLength: 80 }),
        (story) => holds(isUndoable, story),
      );
      const result = await fc.check(property, { numRuns: RUNS, seed });
      await noteOutcome(`model of reconcile, ${kind} role`, {
        ...{ points: RUNS, played: result.numRuns },
        violations: result.failed
          ? { [JSON.stringify(result.counterexample)]: [String(result.errorInstance)] }
          : {},
      });
      expect(result.failed, `${result.errorInstance}\n${fc.defaultReportMessage(result)}`).toBe(
        false,
      );
    },
  );
});
