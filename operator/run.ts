import type { PystolRunSpec } from "../crds/types/pystolruns.ts";
import {
  type PystolAction,
  type PystolRole,
  type PystolRun,
  pystolRuns,
  RUNS_NAMESPACE,
} from "../kubernetes/resources.ts";
import { secondsOf } from "./duration.ts";
import { RUN_FINALIZER } from "./finalizers.ts";

/** The label that says for which action something was made. */
export const ACTION_UID_LABEL = "pystol.org/action-uid";

/** Whether the run may leave something to undo: a dry run changes nothing. */
export function isUndoable({ spec }: PystolRun): boolean {
  return spec.role.undoable === true && !spec.dryRun;
}

/** The name of an action's run, of its Job, and the start of its pod's name. */
export function runNameOf(action: PystolAction): string {
  return `pa-${action.metadata.uid}`;
}

/** The labels of whatever is made for an action. Its name may be too long for a label's value, so the UID leads. */
export function labelsOf(action: { uid: string; namespace: string }): Record<string, string> {
  return {
    "app.kubernetes.io/managed-by": "pystol",
    [ACTION_UID_LABEL]: action.uid,
    "pystol.org/action-namespace": action.namespace,
  };
}

/** The run of an action, with a snapshot of its role. */
export function runFor(action: PystolAction, role: PystolRole, runnerImage: string): PystolRun {
  const { spec, metadata } = action;
  const owner = {
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    uid: metadata.uid ?? "",
  };
  const { collection, actsOn, arguments: schema, source, family } = role.spec;
  const run: PystolRunSpec = {
    action: owner,
    role: {
      name: role.metadata.name,
      collection,
      role: role.spec.role,
      image: role.spec.image ?? runnerImage,
      phased: role.spec.phased ?? false,
      checkMode: role.spec.checkMode ?? false,
      undoable: role.spec.undoable ?? false,
      verified: role.spec.verified ?? false,
      scope: role.spec.scope ?? "Namespaced",
      nodeAccess: role.spec.nodeAccess ?? false,
      ...(family ? { family } : {}),
      ...(source ? { source } : {}),
      ...(actsOn ? { actsOn } : {}),
      ...(schema ? { arguments: schema } : {}),
    },
    ...(spec.target ? { target: spec.target } : {}),
    ...(spec.extraVars ? { extraVars: spec.extraVars } : {}),
    ...(spec.extraVarsFrom ? { extraVarsFrom: spec.extraVarsFrom.map(secretOf) } : {}),
    ...(spec.duration ? { durationSeconds: secondsOf(spec.duration) } : {}),
    timeoutSeconds: secondsOf(spec.timeout ?? "5m"),
    dryRun: spec.dryRun ?? false,
    ...(spec.seed === undefined ? {} : { seed: spec.seed }),
    stop: false,
  };
  return {
    apiVersion: pystolRuns.apiVersion,
    kind: pystolRuns.kind,
    metadata: {
      name: runNameOf(action),
      namespace: RUNS_NAMESPACE,
      labels: labelsOf(owner),
      ...(run.role.undoable && !run.dryRun ? { finalizers: [RUN_FINALIZER] } : {}),
    },
    spec: run,
  };
}

function secretOf({
  secretRef,
}: NonNullable<PystolAction["spec"]["extraVarsFrom"]>[number]): NonNullable<
  PystolRunSpec["extraVarsFrom"]
>[number] {
  return { secretName: secretRef.name, optional: secretRef.optional ?? false };
}
