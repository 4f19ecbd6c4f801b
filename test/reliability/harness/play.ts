import { hasReason } from "../../../kubernetes/errors.ts";
import {
  type PystolAction,
  type PystolRun,
  pystolActions,
  pystolRuns,
  RUNS_NAMESPACE,
} from "../../../kubernetes/resources.ts";
import { jobs, pods } from "../../../operator/workloads.ts";
import { configMaps } from "./config-map.ts";
import type { CrashPoint, Step } from "./crash-points.ts";
import { effectsOf } from "./effect-log.ts";
import { SHOP, type TestedRole } from "./fixtures.ts";
import { leases } from "./leases.ts";
import { type ProofWorld, runOf } from "./proof-world.ts";
import type { RunRecorder } from "./run-recorder.ts";
import { isWithin } from "./within.ts";

const VERDICT_MS = 300_000;
const REST_MS = 60_000;
const LOG_SHOWN = 3000;

/** What became of one run. */
export interface Play {
  violations: string[];
  /** Whether the run came to its crash point. */
  isStruck: boolean;
  trace: readonly Step[];
  verdict: string | undefined;
}

/** Which action is played, and what it may come to. */
export interface PlayedAction {
  name: string;
  role: TestedRole;
  point?: CrashPoint;
  spec?: Partial<PystolAction["spec"]>;
  /** Whether the runner may be lost, so that it cannot report. */
  mayLoseRunner?: boolean;
  /** Whether the operator may give the run up before its report comes: an Error is right then, too. */
  mayGiveUp?: boolean;
  /** Whether the fault itself starts a second pod of the run. */
  mayOverlap?: boolean;
  /** Whether the fault takes the pod out of the API while its program still runs. */
  isForced?: boolean;
  /** The verdicts of a report that are right; Passed alone if none are named. */
  reports?: readonly string[];
  /** Done while it runs, once it is created. */
  during?: (uid: string) => Promise<unknown>;
}

/**
 * Plays one action from its creation to the end of its deletion, and says what was not as it must be: at most one injection,
 * never two pods of the run at once, one verdict and the right one, and nothing left.
 */
export async function play(
  world: ProofWorld,
  recorder: RunRecorder,
  what: PlayedAction,
): Promise<Play> {
  const { name, role, reports = ["Passed"] } = what;
  const mayLoseRunner = what.mayLoseRunner || what.point?.victims.includes("runner");
  const { client } = world.world;
  const violations: string[] = [];
  const isPhased = role === "phased";
  const hold = isPhased ? { duration: "1s" } : {};
  const uid = await world.submit(name, role, { ...hold, ...what.spec });
  await what.during?.(uid);
  const run = `pa-${uid}`;
  const status = async () => (await world.get(name)).status;
  const ofUid = { labelSelector: `pystol.org/action-uid=${uid}` };
  const inRuns = { namespace: RUNS_NAMESPACE, query: ofUid };

  if (!(await isWithin(VERDICT_MS, async () => Boolean((await status())?.verdict)))) {
    const log = (await world.keeper.log()).slice(-LOG_SHOWN);
    const known = JSON.stringify(await status());
    violations.push(`no verdict within ${VERDICT_MS / 1000} s: ${known}; the operator: ${log}`);
  }
  const { verdict, message } = (await status()) ?? {};
  await recorder.acted();
  const isQuiet = () =>
    world.kubelet.lives.every((life) => !life.isRunning || runOf(life.pod.metadata.name) !== run);
  if (!(await isWithin(REST_MS, async () => isQuiet()))) violations.push("a pod of it still runs");
  const locks = async () =>
    (await client.list(leases, inRuns)).items.map(({ metadata }) => metadata.name);
  if (!(await isWithin(REST_MS, async () => (await locks()).length === 0)))
    violations.push(`locks are left: ${(await locks()).join(", ")}`);
  const record = await client
    .get<PystolRun>(pystolRuns, { namespace: RUNS_NAMESPACE, name: run })
    .catch(() => undefined); // gone already: its record outlives its open undos
  for (const one of record?.status?.records ?? []) {
    if (one.state !== "Done") violations.push(`the undo record ${one.id} is ${one.state}`);
  }

  const reported = reportedVerdict(recorder, run) ?? messageVerdict(world, run);
  const expected = reported ?? "Error";
  if (verdict !== expected && !(what.mayGiveUp && verdict === "Error"))
    violations.push(`the verdict is ${verdict} (${message}); expected ${expected}`);
  if (reported ? !reports.includes(reported) : !mayLoseRunner)
    violations.push(
      `the runner reported ${reported ?? "nothing"} (${message}); expected ${reports.join(", ")}`,
    );
  const told = verdictsTold(recorder, name);
  if (told.length > 1) violations.push(`several verdicts were stored: ${told.join(", ")}`);
  const jobsMade = recorder.writes.filter(
    ({ label, code, body }) => label === "POST jobs" && code === 201 && nameIn(body) === run,
  ).length;
  if (jobsMade > 1) violations.push(`${jobsMade} Jobs that inject were made`);
  if (!what.mayOverlap) violations.push(...recorder.overlaps);
  if (!what.isForced) violations.push(...recorder.hasty);
  violations.push(
    ...(await effectProblems(world, { ...what, run, isPassed: verdict === "Passed" })),
  );

  await client.delete(pystolActions, { namespace: SHOP, name });
  const left = () => leftOf(world, { uid, name });
  if (!(await isWithin(REST_MS, async () => (await left()).length === 0)))
    violations.push(`after the deletion there is left: ${(await left()).join(", ")}`);
  if (!isQuiet()) violations.push("after the deletion a pod of it still runs");
  await client.delete(configMaps, { namespace: SHOP, name });
  return { violations, verdict, isStruck: recorder.hasStruck, trace: recorder.trace };
}

/** What is left of an action, and of whatever was made for it, with the finalizers that hold it. */
export async function leftOf(
  { world: { client } }: ProofWorld,
  { uid, name }: { uid: string; name: string },
): Promise<string[]> {
  const ofUid = { labelSelector: `pystol.org/action-uid=${uid}` };
  const inRuns = { namespace: RUNS_NAMESPACE, query: ofUid };
  const found = await Promise.all([
    client.list(pystolRuns, inRuns),
    client.list(jobs, inRuns),
    client.list(pods, inRuns),
    client.list(leases, inRuns),
  ]);
  const names = found.flatMap(({ items }) =>
    items.map(({ metadata }) => `${metadata.name} (finalizers: ${metadata.finalizers})`),
  );
  const action = await client.get(pystolActions, { namespace: SHOP, name }).catch((error) => {
    if (hasReason(error, "NotFound")) return undefined;
    throw error;
  });
  return action?.metadata.uid === uid ? [...names, `the action ${name}`] : names;
}

async function effectProblems(
  world: ProofWorld,
  { run, role, name, isPassed }: { run: string; role: TestedRole; name: string; isPassed: boolean },
): Promise<string[]> {
  const problems: string[] = [];
  const effects = await effectsOf(world.effectLog, run);
  const injections = effects.filter(({ event }) => event === "inject").length;
  if (injections > 1) problems.push(`${injections} injections`);
  if (isPassed && injections !== 1) problems.push(`Passed with ${injections} injections`);
  const { data } = await world.world.client.get(configMaps, { namespace: SHOP, name });
  if (data?.kept !== "yes") problems.push("the target lost what the fault did not touch");
  if (role === "phased" && data?.fault !== undefined) problems.push("the fault was not undone");
  if (role === "plain" && data?.fault !== undefined && injections === 0)
    problems.push("the target is changed, and nobody noted an injection");
  return problems;
}

/** The verdict of the report that the API server took from the run's pod. */
function reportedVerdict(recorder: RunRecorder, run: string): string | undefined {
  for (const { path, body, code, caller } of recorder.writes) {
    if (code !== 200 || !caller.pod || !path.includes(`/${run}/`)) continue;
    const verdict = verdictIn(JSON.parse(body));
    if (verdict) return verdict;
  }
  return undefined;
}

/** The verdict of the report that is a termination message of one of the run's pods. */
function messageVerdict(world: ProofWorld, run: string): string | undefined {
  for (const { pod, message } of world.kubelet.lives) {
    if (!message || runOf(pod.metadata.name) !== run) continue;
    const { verdict } = JSON.parse(message) as { verdict?: string };
    if (verdict) return verdict;
  }
  return undefined;
}

function verdictIn(patch: unknown): string | undefined {
  if (!Array.isArray(patch)) {
    return (patch as { status?: { report?: { verdict: string } } }).status?.report?.verdict;
  }
  const operation = patch.find(({ path }) => path === "/status/report");
  return (operation as { value?: { verdict: string } } | undefined)?.value?.verdict;
}

function verdictsTold(recorder: RunRecorder, action: string): string[] {
  const told = recorder.writes.flatMap(({ label, path, body, code }) => {
    if (code !== 200 || !label.startsWith("PATCH pystolactions/status")) return [];
    if (!path.includes(`/${action}/`)) return [];
    const { status } = JSON.parse(body) as { status?: { verdict?: string } };
    return status?.verdict ?? [];
  });
  return [...new Set(told)];
}

function nameIn(body: string): string {
  return (JSON.parse(body) as { metadata: { name: string } }).metadata.name;
}
