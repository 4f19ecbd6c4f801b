import { writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hasReason } from "../../kubernetes/errors.ts";
import { pystolActions } from "../../kubernetes/resources.ts";
import { startOperator } from "../support/operator-process.ts";
import { eventually, typeOf } from "../support/pystol-control-plane.ts";
import { IS_FULL, SEED, sampled } from "../support/sample.ts";
import { removeNode } from "../support/test-kubelet/node.ts";
import { inCluster } from "./harness/account-folder.ts";
import { effectsOf } from "./harness/effect-log.ts";
import { FIXTURES, SHOP, SHOP_NAMESPACE, type TestedRole } from "./harness/fixtures.ts";
import { leaderOf } from "./harness/leases.ts";
import { noteOutcome, progressOf } from "./harness/outcome.ts";
import { leftOf, play } from "./harness/play.ts";
import { type ProofWorld, runOf, startProofWorld } from "./harness/proof-world.ts";
import { RunRecorder } from "./harness/run-recorder.ts";

const MATRIX = "incidents";
const HOUR_MS = 3_600_000;
const LONGEST_MS = 900_000;
/** Overdue 105 s after it was made. */
const SOON_OVERDUE = { duration: "10s", timeout: "30s", startDeadline: "30s" };
/** How many of the short ones are played with each commit. */
const SAMPLE = 1;

interface Incident {
  name: string;
  isLong?: boolean;
  prove: () => Promise<void>;
}

let world: ProofWorld;
let recorder: RunRecorder;
let count = 0;

const incidents: Incident[] = [
  {
    name: "an action is deleted while its role works, and made again under the same name",
    prove: madeAgain,
  },
  { name: "the operator's clock jumps an hour ahead", prove: () => clockJumps(HOUR_MS) },
  { name: "the operator's clock jumps an hour back", prove: () => clockJumps(-HOUR_MS) },
  {
    name: "the operator's clock jumps an hour ahead while a fault is held",
    isLong: true,
    prove: () => clockJumps(HOUR_MS, "phased"),
  },
  {
    name: "a runner stands still while it holds its fault (SIGSTOP), for longer than its time",
    isLong: true,
    prove: standsStill,
  },
  {
    name: "the leader stands still (SIGSTOP), another one leads, and the first goes on",
    isLong: true,
    prove: twoLeaders,
  },
  { name: "an operator starts with 10,000 finished actions", isLong: true, prove: manyFinished },
  ...(["plain", "phased"] as const).map((role) => ({
    name: `the namespace of the target and of the action of a ${role} role is deleted`,
    prove: () => namespaceGone(role),
  })),
  // The last one: there is no node after it.
  { name: "the node of a runner is gone for good", isLong: true, prove: nodeGone },
];

const chosen = [
  ...sampled(
    incidents.filter(({ isLong }) => !isLong),
    SAMPLE,
    ({ name }) => name,
  ),
  ...incidents.filter(({ isLong }) => isLong && IS_FULL),
];

describe(`nothing is done twice, and nothing is left, where (seed ${SEED})`, () => {
  const violations: Record<string, readonly string[]> = {};
  let progress: Awaited<ReturnType<typeof progressOf>>;
  beforeAll(async () => {
    progress = await progressOf(MATRIX);
    world = await startProofWorld({
      onLine: (pod, line) => recorder.onLine(pod, line),
      onStart: (life) => recorder.onStart(life),
    });
  }, 300_000);
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
    const { known } = await progressOf(MATRIX);
    const played = known.size + Object.keys(violations).length;
    await noteOutcome(MATRIX, { points: incidents.length, played, violations });
  });
  beforeEach(async () => {
    recorder = new RunRecorder(world, undefined);
    await world.keeper.ready();
  });

  // %s and not $name, which vitest would cut short.
  test.for(chosen.map(({ name, prove }) => [name, prove] as const))(
    "%s",
    { timeout: LONGEST_MS },
    async ([name, prove]) => {
      if (progress.known.has(name)) return; // held before
      violations[name] = ["it was not played to its end"];
      await prove().catch((error: Error) => {
        const { actual } = error as { actual?: unknown };
        violations[name] = [error.message, ...(actual ? [JSON.stringify(actual)] : [])];
        throw error;
      });
      delete violations[name];
      await progress.add({ point: name, isReached: true, violations: [] });
    },
  );
});

const nextName = () => `incident-${++count}`;

async function madeAgain(): Promise<void> {
  const name = nextName();
  const first = await world.submit(name, "plain");
  await eventually(() => {
    const isAtWork = recorder.trace.some(({ label }) => label === "playStarted");
    if (!isAtWork) throw new Error("the role does not work yet");
  });
  await world.world.client.delete(pystolActions, { namespace: SHOP, name });
  const second = await eventually(() => world.act(name, "plain"), 120_000);
  expect(second).not.toBe(first);
  await eventually(
    async () => expect((await world.get(name)).status?.verdict).toBe("Passed"),
    120_000,
  );
  const injections = async (uid: string) =>
    (await effectsOf(world.effectLog, `pa-${uid}`)).filter(({ event }) => event === "inject");
  expect(await injections(second)).toHaveLength(1);
  expect((await injections(first)).length).toBeLessThanOrEqual(1);
  await world.world.client.delete(pystolActions, { namespace: SHOP, name });
  for (const uid of [first, second])
    await eventually(async () => expect(await leftOf(world, { uid, name })).toEqual([]), 120_000);
}

/** A run that a clock takes for overdue may be given up; but what is said of it is true, and it is not begun again. */
async function clockJumps(byMs: number, role: TestedRole = "plain"): Promise<void> {
  await writeFile(world.clockFile, String(byMs));
  const name = nextName();
  const jump = async () => {
    (await world.keeper.operator).signal("SIGUSR2");
    // Else it would look at its clock only when the run is over.
    for (let touch = 0; touch < 5; touch++) {
      await delay(300);
      const annotations = { touched: String(touch) };
      await world.world.client.mergePatch(
        pystolActions,
        { namespace: SHOP, name },
        { metadata: { annotations } },
      );
    }
  };
  const event = role === "phased" ? "holding" : "playStarted";
  recorder = new RunRecorder(world, undefined, { at: { event, act: jump } });
  const played = await play(world, recorder, {
    ...{ name, role, ...(role === "phased" ? { spec: SOON_OVERDUE } : {}) },
    ...(byMs > 0
      ? { mayLoseRunner: true, mayGiveUp: true, reports: ["Passed", "Aborted", "Error"] }
      : {}),
  });
  await world.keeper.kill();
  expect(played.isStruck).toBe(true);
  expect(played.violations).toEqual([]);
}

/** Until it is killed it may go on at any time, so nothing may recover beside it. */
async function standsStill(): Promise<void> {
  recorder = new RunRecorder(world, undefined, {
    at: { event: "holding", act: (life) => life.freeze() },
  });
  const played = await play(world, recorder, {
    ...{ name: nextName(), role: "phased", spec: SOON_OVERDUE, mayLoseRunner: true },
  });
  expect(played.isStruck).toBe(true);
  expect(played.violations).toEqual([]);
}

/** The Lease has to run out: 15 s after the last renewal that the other one saw. */
async function twoLeaders(): Promise<void> {
  const { client } = world.world;
  await eventually(async () => expect(await leaderOf(client)).toMatch(/^pystol-operator-0/));
  const first = await world.keeper.operator;
  await using second = await startOperator(world.world, {
    server: world.proxy.server,
    env: {
      ...inCluster(world.proxy.server, world.account.folder),
      ...{ PYSTOL_POD_NAME: "pystol-operator-1", PYSTOL_POD_UID: "11111111-proof" },
      ...{ PYSTOL_KEEP_SECONDS: "2", PYSTOL_LEADER_ELECT: "true" },
    },
  });
  recorder = new RunRecorder(world, undefined, {
    at: {
      event: "playStarted",
      act: async () => {
        first.signal("SIGSTOP");
        await eventually(
          async () => expect(await leaderOf(client)).toMatch(/^pystol-operator-1/),
          60_000,
        );
        first.signal("SIGCONT");
      },
    },
  });
  const played = await play(world, recorder, { name: nextName(), role: "plain" });
  expect(played.violations).toEqual([]);
  // The one that stood still has seen that it leads no more, and has ended; the keeper has started it again.
  await first.ended;
  await second.kill();
  await world.keeper.kill();
  await eventually(
    async () => expect(await leaderOf(client)).toMatch(/^pystol-operator-0/),
    60_000,
  );
}

async function manyFinished(): Promise<void> {
  const { client } = world.world;
  const isUp = world.keeper.hold();
  const account = { namespace: "pystol-system", name: "pystol-operator" };
  const operator = await world.world.clientOf(account);
  const verdict = { verdict: "Passed", verified: false, message: "long ago", phase: "Complete" };
  const completionTime = new Date().toISOString();
  const lane = async (from: number) => {
    for (let at = from; at < 10_000; at += 16) {
      const name = `finished-${at}`;
      await client.create(pystolActions, {
        ...{ apiVersion: pystolActions.apiVersion, kind: pystolActions.kind },
        metadata: { name, namespace: SHOP },
        spec: { role: "plain", target: { names: [name] } },
      });
      const place = { namespace: SHOP, name, subresource: "status" };
      await operator.mergePatch(pystolActions, place, { status: { ...verdict, completionTime } });
    }
  };
  await Promise.all(Array.from({ length: 16 }, (_, from) => lane(from)));
  const before = world.proxy.writes.length;
  isUp();
  await world.keeper.ready();
  const played = await play(world, recorder, { name: nextName(), role: "plain" });
  expect(played.violations).toEqual([]);
  const touched = world.proxy.writes
    .slice(before)
    .filter(({ path }) => path.includes("/finished-"));
  expect(touched.map(({ label }) => label)).toEqual([]);
}

/** Its rights go at once, its target and its action are terminated, and nothing of the run may hold the namespace for long. */
async function namespaceGone(role: TestedRole): Promise<void> {
  const { client } = world.world;
  const namespace = typeOf(SHOP_NAMESPACE);
  const act = () => client.delete(namespace, { name: SHOP });
  recorder = new RunRecorder(world, undefined, { at: { event: "playStarted", act } });
  const name = nextName();
  const uid = await world.submit(name, role);
  const isGone = () =>
    client.get(namespace, { name: SHOP }).then(
      () => false,
      (error) => hasReason(error, "NotFound"),
    );
  await eventually(async () => {
    await recorder.acted();
    if (!recorder.hasStruck) throw new Error("the role does not work yet");
    if (!(await isGone())) throw new Error("the namespace is still there");
  }, 240_000);
  await eventually(async () => expect(await leftOf(world, { uid, name })).toEqual([]), 120_000);
  const lives = world.kubelet.lives.filter(({ pod }) => runOf(pod.metadata.name) === `pa-${uid}`);
  expect(lives.filter(({ isRunning }) => isRunning)).toEqual([]);
  expect(recorder.overlaps).toEqual([]);
  const effects = await effectsOf(world.effectLog, `pa-${uid}`);
  expect(effects.filter(({ event }) => event === "inject").length).toBeLessThanOrEqual(1);
  for (const object of FIXTURES)
    await client.apply(typeOf(object), object, { fieldManager: "test" });
}

/** The Node is deleted, as a cloud's controller does; the garbage collector of pods then deletes its pods. */
async function nodeGone(): Promise<void> {
  recorder = new RunRecorder(world, undefined, {
    at: {
      event: "playStarted",
      act: async () => {
        await world.kubelet.lose();
        await removeNode(world.world.client, "test-node");
      },
    },
  });
  const played = await play(world, recorder, {
    ...{ name: nextName(), role: "plain", mayLoseRunner: true },
    spec: { timeout: "5m" },
  });
  expect(played.isStruck).toBe(true);
  expect(played.violations).toEqual([]);
}
