import type { PystolRunSpec } from "../crds/types/pystolruns.ts";
import {
  type PystolAction,
  type PystolRole,
  type PystolRun,
  pystolRuns,
  RUNS_NAMESPACE,
} from "../kubernetes/resources.ts";
import { secondsOf } from "./duration.ts";

/** The name of an action's run, of its Job, and the start of its pod's name. */
export function runNameOf(action: PystolAction): string {
  return `pa-${action.metadata.uid}`;
}

/** The labels of whatever is made for an action. Its name may be too long for a label's value, so the UID leads. */
export function labelsOf(action: { uid: string; namespace: string }): Record<string, string> {
  return {
    "app.kubernetes.io/managed-by": "pystol",
    "pystol.org/action-uid": action.uid,
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
  const { collection, actsOn, arguments: schema } = role.spec;
  const run: PystolRunSpec = {
    action: owner,
    role: {
      name: role.metadata.name,
      collection,
      role: role.spec.role,
      image: role.spec.image ?? runnerImage,
      checkMode: role.spec.checkMode ?? false,
      verified: role.spec.verified ?? false,
      ...(actsOn ? { actsOn } : {}),
      ...(schema ? { arguments: schema } : {}),
    },
    ...(spec.target ? { target: spec.target } : {}),
    ...(spec.extraVars ? { extraVars: spec.extraVars } : {}),
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
    },
    spec: run,
  };
}
