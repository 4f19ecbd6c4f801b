import type { Client } from "../kubernetes/client.ts";
import { ApiError, hasReason } from "../kubernetes/errors.ts";
import type { Reflector } from "../kubernetes/reflector.ts";
import {
  type PystolAction,
  type PystolRun,
  pystolActions,
  pystolRuns,
  type Resource,
  type ResourceType,
} from "../kubernetes/resources.ts";
import { ACTION_FINALIZER, POD_FINALIZER, RUN_FINALIZER } from "./finalizers.ts";
import { leases } from "./locks.ts";
import type { Finding, LookUp, Step } from "./reconcile.ts";
import { bareStatus } from "./status.ts";
import { type Job, jobs, type Pod, pods } from "./workloads.ts";

const FIELD_MANAGER = "pystol-operator";

/** What a write answered goes here, so that the next decision knows of it. */
export interface Stores {
  actions: Reflector<PystolAction>;
  runs: Reflector<PystolRun>;
  jobs: Reflector<Job>;
  helpers: Reflector<Pod>;
  findings: Map<string, Finding>;
}

/** The action is gone, or somebody else's by now: what was to follow in the plan must not be done. */
export class ActionGone extends Error {
  override readonly name = "ActionGone";
}

/**
 * Does one step. Doing it again, also after a crash in its middle, changes nothing more.
 *
 * @throws ApiError, ConnectionError; ActionGone where the rest of the plan has lost its ground.
 */
export async function apply(client: Client, stores: Stores, step: Step): Promise<void> {
  switch (step.kind) {
    case "addFinalizer":
      return setFinalizers(client, stores, step.action, [
        ...(step.action.metadata.finalizers ?? []),
        ACTION_FINALIZER,
      ]);
    case "removeFinalizer":
      return tolerate("NotFound", () =>
        setFinalizers(
          client,
          stores,
          step.action,
          (step.action.metadata.finalizers ?? []).filter((name) => name !== ACTION_FINALIZER),
        ),
      );
    case "createRun":
      return createRun(client, stores, step.run);
    case "createJob":
      return tolerate("AlreadyExists", async () =>
        stores.jobs.store(await client.create(jobs, step.job)),
      );
    case "stopRun":
      stores.runs.store(
        await client.mergePatch(pystolRuns, placeOf(step.run), { spec: { stop: true } }),
      );
      return;
    case "closeRun":
      return closeRun(client, stores, step);
    case "setStatus":
      return setStatus(client, stores, step);
    case "releasePod":
      return tolerate("NotFound", () => releasePod(client, step.pod));
    case "deleteJob":
      // In the foreground, so that the Job is there as long as its pod is.
      return tolerate("NotFound", () =>
        client.delete(jobs, placeOf(step.job), {
          ...ofUid(step.job),
          propagationPolicy: "Foreground",
        }),
      );
    case "createHelper":
      return tolerate("AlreadyExists", async () =>
        stores.helpers.store(await client.create(pods, step.pod)),
      );
    case "deleteHelper":
      return tolerate("NotFound", () => client.delete(pods, placeOf(step.pod), ofUid(step.pod)));
    case "deleteLock":
      return tolerate("NotFound", () =>
        client.delete(leases, placeOf(step.lock), ofUid(step.lock)),
      );
    case "releaseRun":
      return tolerate("NotFound", () => releaseRun(client, stores, step.run));
    case "deleteRun":
      return tolerate("NotFound", () =>
        client.delete(pystolRuns, placeOf(step.run), ofUid(step.run)),
      );
    case "deleteAction":
      // Another one of its name has another time to live.
      return tolerate("Conflict", () =>
        tolerate("NotFound", () =>
          client.delete(pystolActions, placeOf(step.action), ofUid(step.action)),
        ),
      );
    case "lookUp":
      stores.findings.set(step.what.key, await lookUp(client, step.what));
      return;
  }
}

/** The watch may be slow to tell of a run that is there already. */
async function createRun(client: Client, stores: Stores, run: PystolRun): Promise<void> {
  try {
    stores.runs.store(await client.create(pystolRuns, run));
  } catch (error) {
    if (!hasReason(error, "AlreadyExists")) throw error;
    stores.runs.store(await client.get(pystolRuns, placeOf(run)));
  }
}

/**
 * A compare-and-set: if the run is newer than what was decided on, because a pod has claimed it or has reported meanwhile,
 * this throws Conflict, and the next decision knows of that.
 */
async function closeRun(
  client: Client,
  stores: Stores,
  { run, claim }: Step & { kind: "closeRun" },
): Promise<void> {
  const { resourceVersion } = run.metadata;
  const place = placeOf(run);
  const request = claim
    ? client.mergePatch(
        pystolRuns,
        { ...place, subresource: "status" },
        { metadata: { resourceVersion }, status: { claim } },
      )
    : client.mergePatch(pystolRuns, place, { metadata: { resourceVersion }, spec: { stop: true } });
  try {
    stores.runs.store(await request);
  } catch (error) {
    if (hasReason(error, "Conflict")) stores.runs.store(await client.get(pystolRuns, place));
    throw error;
  }
}

async function setFinalizers(
  client: Client,
  stores: Stores,
  action: PystolAction,
  finalizers: string[],
): Promise<void> {
  const { uid, resourceVersion } = action.metadata;
  const changed = await client.mergePatch(
    pystolActions,
    placeOf(action),
    { metadata: { uid, resourceVersion, finalizers } },
    { fieldManager: FIELD_MANAGER },
  );
  // No watch would ever tell of the end of a finished one.
  if (!changed.status?.verdict) stores.actions.store(changed);
}

/**
 * Before the verdict the version is named too, so that a status that was decided on old knowledge is refused; a verdict that
 * is there already is kept by the CRD's own rule.
 */
async function setStatus(
  client: Client,
  stores: Stores,
  { action, status }: Step & { kind: "setStatus" },
): Promise<void> {
  const { name, namespace, uid, resourceVersion } = action.metadata;
  const write = async (written: typeof status) => {
    const object = {
      apiVersion: pystolActions.apiVersion,
      kind: pystolActions.kind,
      metadata: {
        name,
        ...(namespace ? { namespace } : {}),
        ...(uid ? { uid } : {}),
        ...(resourceVersion && !status.verdict ? { resourceVersion } : {}),
      },
      status: written,
    };
    const options = { fieldManager: FIELD_MANAGER, subresource: "status" };
    stores.actions.store(await client.apply(pystolActions, object, options));
  };
  try {
    await write(status);
  } catch (error) {
    if (hasReason(error, "NotFound")) throw new ActionGone(`${namespace}/${name} is gone`);
    if (!hasReason(error, "Invalid")) throw error;
    await write(bareStatus(status, new Date().toISOString()));
  }
}

/** What the API server itself holds, whatever the caches say. */
async function lookUp(client: Client, { type, namespace, name, uid }: LookUp): Promise<Finding> {
  const types: Record<LookUp["type"], ResourceType> = {
    action: pystolActions,
    run: pystolRuns,
    pod: pods,
  };
  const at = Date.now();
  try {
    const found = await client.get(types[type], { namespace, name });
    if (uid && found.metadata.uid !== uid) return { state: "gone", at };
    const isOver = type === "action" && (found as PystolAction).status?.verdict !== undefined;
    return { state: isOver ? "finished" : "there", at };
  } catch (error) {
    if (hasReason(error, "NotFound")) return { state: "gone", at };
    throw error;
  }
}

async function releaseRun(client: Client, stores: Stores, run: PystolRun): Promise<void> {
  const { uid, resourceVersion } = run.metadata;
  const finalizers = (run.metadata.finalizers ?? []).filter((name) => name !== RUN_FINALIZER);
  stores.runs.store(
    await client.mergePatch(pystolRuns, placeOf(run), {
      metadata: { uid, resourceVersion, finalizers },
    }),
  );
}

async function releasePod(client: Client, pod: Pod): Promise<void> {
  const { uid, resourceVersion } = pod.metadata;
  const finalizers = (pod.metadata.finalizers ?? []).filter((name) => name !== POD_FINALIZER);
  await client.mergePatch(pods, placeOf(pod), { metadata: { uid, resourceVersion, finalizers } });
}

function placeOf({ metadata }: Resource) {
  return { name: metadata.name, namespace: metadata.namespace };
}

function ofUid({ metadata }: Resource) {
  return { preconditions: { uid: metadata.uid } };
}

/** The step was already done, or has nothing left to act on. An object of the same name and another UID answers Conflict. */
async function tolerate(reason: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!hasReason(error, reason)) throw error;
  }
}

/** Whether to try again is of use only after what is known has been read anew: the object changed meanwhile. */
export function isStale(error: unknown): boolean {
  return error instanceof ApiError && error.reason === "Conflict";
}
