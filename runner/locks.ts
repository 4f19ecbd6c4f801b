import type { Client } from "../kubernetes/client.ts";
import { hasReason } from "../kubernetes/errors.ts";
import {
  type PystolRun,
  type Resource,
  type ResourceType,
  RUNS_NAMESPACE,
} from "../kubernetes/resources.ts";
import { type Patience, retried } from "./retried.ts";
import type { Target } from "./targets.ts";

interface Lease extends Resource {
  spec: { holderIdentity?: string };
}

const leases: ResourceType<Lease> = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  plural: "leases",
  namespaced: true,
};

/** As many requests at once as the client has connections. */
const AT_ONCE = 16;

export type Locked = { kind: "locked" } | { kind: "busy"; target: Target; holder: string };

/**
 * Takes one lock for each target, so that no two faults of one family meet on it: a Lease that the run owns. All of them or
 * none: where another run holds one, those already taken are released.
 *
 * @throws where a lock could not be made for another reason; those already taken are released.
 */
export async function lockTargets(
  client: Client,
  run: PystolRun,
  targets: readonly Target[],
  patience: Patience,
): Promise<Locked> {
  let taken: Target[] = [];
  try {
    for (let start = 0; start < targets.length; start += AT_ONCE) {
      const some = targets.slice(start, start + AT_ONCE);
      const results = await Promise.allSettled(
        some.map((target) => lock(client, run, target, patience)),
      );
      taken = [...taken, ...some.filter((_, index) => isOurs(results[index]))];
      for (const [index, result] of results.entries()) {
        const target = some[index];
        if (result.status === "rejected") throw result.reason;
        if (target && result.value !== undefined) {
          await unlockTargets(client, run, taken, patience);
          return { kind: "busy", target, holder: result.value };
        }
      }
    }
  } catch (cause) {
    await unlockTargets(client, run, taken, patience).catch(() => undefined);
    throw new Error(`Cannot lock the targets: ${(cause as Error).message}`, { cause });
  }
  return { kind: "locked" };
}

/** Releases the run's own locks; what is gone, or another's, stays as it is. */
export async function unlockTargets(
  client: Client,
  run: PystolRun,
  targets: readonly Target[],
  patience: Patience,
): Promise<void> {
  for (let start = 0; start < targets.length; start += AT_ONCE) {
    const some = targets.slice(start, start + AT_ONCE);
    await Promise.all(some.map((target) => unlock(client, run, target, patience)));
  }
}

/** The name of the lock of a target: faults of one family never hold one target at once. */
export function lockNameOf({ spec }: PystolRun, { uid }: Pick<Target, "uid">): string {
  return `lock-${spec.role.family ?? spec.role.name}-${uid}`;
}

/** Undefined where it is ours now, or who holds it. */
async function lock(client: Client, run: PystolRun, target: Target, patience: Patience) {
  const { name: runName, uid = "" } = run.metadata;
  const { action } = run.spec;
  const name = lockNameOf(run, target);
  const lease: Lease = {
    apiVersion: leases.apiVersion,
    kind: leases.kind,
    metadata: {
      name,
      namespace: RUNS_NAMESPACE,
      labels: {
        "app.kubernetes.io/managed-by": "pystol",
        "pystol.org/action-uid": action.uid,
        "pystol.org/action-namespace": action.namespace,
      },
      ownerReferences: [{ apiVersion: run.apiVersion, kind: run.kind, name: runName, uid }],
    },
    spec: { holderIdentity: runName },
  };
  return retried(patience, async () => {
    for (;;) {
      try {
        await client.create(leases, lease);
        return undefined;
      } catch (error) {
        if (!hasReason(error, "AlreadyExists")) throw error;
      }
      try {
        const held = await client.get(leases, { namespace: RUNS_NAMESPACE, name });
        const { holderIdentity = "nobody" } = held.spec;
        return holderIdentity === runName ? undefined : holderIdentity;
      } catch (error) {
        if (!hasReason(error, "NotFound")) throw error; // else it was released just now: it can be had
      }
    }
  });
}

async function unlock(client: Client, run: PystolRun, target: Target, patience: Patience) {
  const place = { namespace: RUNS_NAMESPACE, name: lockNameOf(run, target) };
  await retried(patience, async () => {
    try {
      const { metadata, spec } = await client.get(leases, place);
      if (spec.holderIdentity !== run.metadata.name) return;
      const { uid = "" } = metadata;
      await client.delete(leases, place, { preconditions: { uid } });
    } catch (error) {
      if (!hasReason(error, "NotFound")) throw error;
    }
  });
}

function isOurs(result: PromiseSettledResult<string | undefined> | undefined): boolean {
  return result?.status === "fulfilled" && result.value === undefined;
}
