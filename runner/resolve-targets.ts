import type { Client } from "../kubernetes/client.ts";
import type { PystolRun } from "../kubernetes/resources.ts";
import { findCandidates } from "./find-targets.ts";
import type { Patience } from "./retried.ts";
import { type Choice, chooseTargets, type TargetSpec } from "./targets.ts";

/**
 * What the run acts on, by its role's kind and its spec.target. A role without a kind has no targets.
 *
 * @throws where the candidates cannot be read.
 */
export async function resolveTargets(
  parts: {
    client: Client;
    pod: { uid: string; node: string | undefined };
    patience: Patience;
  },
  run: PystolRun,
  seed: number,
): Promise<Choice> {
  const { actsOn, scope, name } = run.spec.role;
  const target = run.spec.target as TargetSpec | undefined;
  if (!actsOn) return { kind: "targets", targets: [], matched: 0 };
  if (!target) {
    const message = `The role ${name} acts on a ${actsOn.kind}, and the action has no spec.target.`;
    return { kind: "refused", message };
  }
  const { candidates, isNamespaced } = await findCandidates(parts.client, {
    actsOn,
    namespace: run.spec.action.namespace,
    target,
    patience: parts.patience,
  });
  if (!isNamespaced && scope !== "Cluster") {
    const message = `A ${actsOn.kind} belongs to no namespace; the PystolRole ${name} must say scope: Cluster to act on one.`;
    return { kind: "refused", message };
  }
  return chooseTargets({
    ...{ candidates, target, seed },
    ownUID: parts.pod.uid,
    ownNode: parts.pod.node,
  });
}
