import { problemsOfExtraVars } from "../crds/extra-vars.ts";
import {
  ENABLED_LABEL,
  type PystolAction,
  type PystolRole,
  type Resource,
} from "../kubernetes/resources.ts";
import { type CutAction, SPEC_LIMIT_BYTES } from "./trim.ts";

/** As in manifests/guards/protected-namespaces.yaml, for a label that is older than the guard. */
const PROTECTED = [
  ...["kube-system", "kube-public", "kube-node-lease"],
  ...["pystol-system", "pystol-runs", "pystol-nodes"],
];

/**
 * Why an action cannot run, all reasons at once and the first one first; none means that it may. Nothing that an action or
 * its role asks for is overlooked: what this operator is not allowed to do is a reason too.
 */
export function refusals(
  action: CutAction,
  role: PystolRole | undefined,
  namespace: Resource | undefined,
  settings: { nodeFaults: boolean },
): string[] {
  const { spec, metadata } = action;
  const reasons: string[] = [];
  const size = action.specBytes ?? Buffer.byteLength(JSON.stringify(spec));
  if (size > SPEC_LIMIT_BYTES) {
    return [
      `spec has ${size} bytes; at most ${SPEC_LIMIT_BYTES} are taken, most likely of extraVars.`,
    ];
  }
  if (PROTECTED.includes(metadata.namespace ?? "")) {
    reasons.push(`Namespace ${metadata.namespace} is the cluster's own; no fault runs there.`);
  } else if (namespace?.metadata.labels?.[ENABLED_LABEL] !== "true") {
    reasons.push(
      `Namespace ${metadata.namespace} is not enabled for faults; an administrator can label it: kubectl label namespace ${metadata.namespace} ${ENABLED_LABEL}=true.`,
    );
  }
  if (!role) {
    reasons.push(
      `There is no PystolRole "${spec.role}"; "kubectl get pystolroles" lists the ones there are.`,
    );
    return reasons;
  }
  reasons.push(...targetProblems(action, role));
  if (role.spec.nodeAccess && !settings.nodeFaults) {
    reasons.push(
      `Role "${spec.role}" needs helper pods on nodes, and node faults are switched off; an administrator can allow them with PYSTOL_NODE_FAULTS=true and the component node-faults.`,
    );
  }
  try {
    // Secrets may have what is required; the runner, which reads them, checks that.
    const partial = (spec.extraVarsFrom?.length ?? 0) > 0;
    reasons.push(...problemsOfExtraVars(role.spec.arguments, spec.extraVars, { partial }));
  } catch (error) {
    reasons.push(
      `The arguments of PystolRole "${spec.role}" are no JSON Schema: ${(error as Error).message}.`,
    );
  }
  return reasons;
}

function targetProblems({ spec }: PystolAction, role: PystolRole): string[] {
  const kind = role.spec.actsOn?.kind;
  if (kind && !spec.target) {
    return [
      `spec.target is missing: role "${spec.role}" acts on ${kind}s; give a selector or names.`,
    ];
  }
  if (!kind && spec.target) {
    return [`spec.target is set, but role "${spec.role}" acts on no resource; leave it out.`];
  }
  return [];
}
