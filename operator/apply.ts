import type { Client } from "../kubernetes/client.ts";
import { ApiError, hasReason } from "../kubernetes/errors.ts";
import type { Reflector } from "../kubernetes/reflector.ts";
import {
  type PystolAction,
  type PystolRun,
  pystolActions,
  pystolRuns,
  type Resource,
} from "../kubernetes/resources.ts";
import { POD_FINALIZER } from "./job.ts";
import { ACTION_FINALIZER, type Step } from "./reconcile.ts";
import { bareStatus } from "./status.ts";
import { type Job, jobs, type Pod, pods } from "./workloads.ts";

const FIELD_MANAGER = "pystol-operator";

/** What a write answered goes here, so that the next decision knows of it. */
export interface Stores {
  actions: Reflector<PystolAction>;
  runs: Reflector<PystolRun>;
  jobs: Reflector<Job>;
}

/** Does one step. Doing it again, also after a crash in its middle, changes nothing more. Throws ApiError, ConnectionError. */
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
      return tolerate("AlreadyExists", async () =>
        stores.runs.store(await client.create(pystolRuns, step.run)),
      );
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
      return tolerate("NotFound", () => setStatus(client, stores, step));
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
    case "deleteRun":
      return tolerate("NotFound", () =>
        client.delete(pystolRuns, placeOf(step.run), ofUid(step.run)),
      );
    case "deleteAction":
      return tolerate("NotFound", () =>
        client.delete(pystolActions, placeOf(step.action), ofUid(step.action)),
      );
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
  stores.actions.store(
    await client.mergePatch(
      pystolActions,
      placeOf(action),
      { metadata: { uid, resourceVersion, finalizers } },
      { fieldManager: FIELD_MANAGER },
    ),
  );
}

async function setStatus(
  client: Client,
  stores: Stores,
  { action, status }: Step & { kind: "setStatus" },
): Promise<void> {
  const { name, namespace, uid } = action.metadata;
  const write = async (written: typeof status) => {
    const object = {
      apiVersion: pystolActions.apiVersion,
      kind: pystolActions.kind,
      metadata: { name, ...(namespace ? { namespace } : {}), ...(uid ? { uid } : {}) },
      status: written,
    };
    const options = { fieldManager: FIELD_MANAGER, subresource: "status" };
    stores.actions.store(await client.apply(pystolActions, object, options));
  };
  try {
    await write(status);
  } catch (error) {
    if (!hasReason(error, "Invalid")) throw error;
    await write(bareStatus(status, new Date().toISOString()));
  }
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
