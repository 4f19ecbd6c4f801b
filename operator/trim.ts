import type { PystolAction, PystolRun, Resource } from "../kubernetes/resources.ts";
import type { Job, Pod } from "./workloads.ts";

/** An action of which more was cut than its metadata: its spec is too large to be taken. */
export interface CutAction extends PystolAction {
  /** No such field gets past the API server, so nobody else can set it. */
  specBytes?: number;
}

/** What an action's spec may have. */
export const SPEC_LIMIT_BYTES = 64 * 1024;

/**
 * What is kept of an action in memory: all that is read of it while it goes on, and of a finished one only what its deletion
 * needs. Of a spec that is refused for its size only that is kept, or a thousand of them would be more than there is memory.
 */
export function trimmedAction(given: PystolAction): CutAction {
  const { annotations: _____, ...metadata } = given.metadata;
  const action = { ...given, metadata };
  const { status } = action;
  if (!status?.verdict) {
    const specBytes = Buffer.byteLength(JSON.stringify(action.spec));
    if (specBytes <= SPEC_LIMIT_BYTES) return action;
    const { extraVars: _, target: __, ...spec } = action.spec;
    return { ...action, spec, specBytes };
  }
  const { extraVars: _, target: __, ...spec } = action.spec;
  const { targets: ___, results: ____, ...kept } = status;
  return { ...action, spec, status: kept };
}

/** Of a run: not what the runner alone reads. Records keep their state, targets are kept where helper pods go by them. */
export function trimmedRun(run: PystolRun): PystolRun {
  const { extraVars: _, ...spec } = run.spec;
  const { arguments: __, ...role } = spec.role;
  if (!run.status) return { ...run, spec: { ...spec, role } };
  const { nodeOrders: ___, nodeAnswers: ____, targets, records, ...status } = run.status;
  return {
    ...run,
    spec: { ...spec, role },
    status: {
      ...status,
      ...(targets && role.nodeAccess ? { targets } : {}),
      ...(records ? { records: records.map(({ args: _____, ...record }) => record) } : {}),
    },
  };
}

/** Of a Job only its metadata and conditions: of its other changes, such as of the pods that it counts, there is nothing to do. */
export function trimmedJob({ spec: _, status, ...kept }: Job): Job {
  const { conditions } = status ?? {};
  return { ...kept, ...(conditions ? { status: { conditions } } : {}) };
}

/** Of a pod's spec only its node is read. */
export function trimmedPod(pod: Pod): Pod {
  const nodeName = pod.spec?.nodeName;
  return { ...pod, spec: nodeName ? { nodeName } : {} };
}

/** Of a namespace only its labels, and whether it is being deleted. */
export function trimmedNamespace({ apiVersion, kind, metadata }: Resource): Resource {
  const { name, uid, resourceVersion, labels, deletionTimestamp } = metadata;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(uid ? { uid } : {}),
      ...(resourceVersion ? { resourceVersion } : {}),
      ...(labels ? { labels } : {}),
      ...(deletionTimestamp ? { deletionTimestamp } : {}),
    },
  };
}
