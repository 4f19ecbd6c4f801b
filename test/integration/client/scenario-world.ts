import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { enableNamespace } from "../../../client/enable.ts";
import { resultOf, resultsFrom } from "../../../client/results.ts";
import { scriptCommand } from "../../../client/scenario/command.ts";
import { runScenario, type ScenarioOptions } from "../../../client/scenario/scenario.ts";
import type { PystolActionStatus } from "../../../crds/types/pystolactions.ts";
import type { Client } from "../../../kubernetes/client.ts";
import { type PystolAction, pystolActions } from "../../../kubernetes/resources.ts";
import { manifest } from "../../support/manifests.ts";
import type { WriteStatus } from "../../support/played-operator.ts";
import {
  objectsOf,
  type PystolControlPlane,
  startPystolControlPlane,
  typeOf,
} from "../../support/pystol-control-plane.ts";

/** The control plane and the folder of the test under way. */
export let world: PystolControlPlane;
export let temp: string;
beforeAll(async () => {
  world = await startPystolControlPlane();
  await enableNamespace(world.client, { namespace: "shop", roles: [] });
  for (const name of ["patch", "killpods"]) {
    const [role] = await objectsOf(`collection/pystolroles/${name}.yaml`);
    if (role) await world.client.apply(typeOf(role), role, { fieldManager: "test" });
  }
}, 300_000);
afterAll(() => world?.[Symbol.asyncDispose]());
beforeEach(async () => {
  temp = await mkdtemp(join(tmpdir(), "pystol-scenario-"));
  return () => rm(temp, { recursive: true, force: true });
});

export let count = 0;
/** A manifest of a role that holds its fault, unless another is named. */
export function held(spec: object = {}) {
  count += 1;
  return manifest({ role: "patch", ...spec }, { name: `scenario-${count}`, namespace: "shop" });
}

export const now = () => new Date().toISOString();
export const condition = (type: string, reason = type) => ({
  ...{ type, status: "True" as const, reason, message: "m", lastTransitionTime: now() },
});

/** Plays a fault that acts until it is stopped or `untilMs` is over, and is then undone. */
export async function playHeld(action: PystolAction, write: WriteStatus, untilMs = 60_000) {
  const injectedTime = now();
  const before = [condition("Started"), condition("Injected")];
  await write({ phase: "Injected", startTime: now(), injectedTime, conditions: before });
  const end = Date.now() + untilMs;
  while (Date.now() < end) {
    const { spec } = await world.client.get(pystolActions, action.metadata);
    if (spec.stop) break;
    await delay(50);
  }
  await write(ended({ injectedTime, recoveredTime: now() }));
}

export function ended(more: PystolActionStatus = {}): PystolActionStatus {
  const conditions = [condition("Complete", "Passed")];
  const times = { startTime: now(), completionTime: now() };
  return { phase: "Complete", verdict: "Passed", verified: true, ...times, conditions, ...more };
}

export async function run(
  manifests: ReturnType<typeof held>[],
  script: string | undefined,
  options: Partial<ScenarioOptions> = {},
  client: Client = world.client,
) {
  const startTime = new Date();
  const command =
    script === undefined
      ? undefined
      : scriptCommand({ script, workingDirectory: temp, temp, environment: process.env });
  const ending = await runScenario(client, manifests, {
    ...{ mode: "sequence", failFast: false, timeoutMs: 60_000, command },
    progress: () => undefined,
    onCreated: () => undefined,
    isExpected: (each) => resultOf(each).expected,
    ...options,
  });
  return { ...ending, ...resultsFrom({ ...ending, startTime, completionTime: new Date() }) };
}

export const wrote = async () => (await readFile(join(temp, "out"), "utf8")).trim().split("\n");
