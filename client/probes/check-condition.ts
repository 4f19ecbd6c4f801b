import type { Client } from "../../kubernetes/client.ts";
import type { Discover } from "../../kubernetes/discovery.ts";
import { hasReason } from "../../kubernetes/errors.ts";
import { pathOf, type Resource } from "../../kubernetes/resources.ts";
import type { ConditionCheck } from "./probe.ts";
import { CheckFailure, troubleOf } from "./words.ts";

interface Conditioned extends Resource {
  status?: {
    observedGeneration?: number;
    conditions?: {
      type: string;
      status: string;
      reason?: string;
      message?: string;
      observedGeneration?: number;
    }[];
  };
}

/**
 * Whether the object's condition has the status now. As with kubectl wait, a condition of an older generation of the object
 * says nothing: https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/kubectl/pkg/cmd/wait/condition.go
 *
 * @throws CheckFailure, or the signal's reason.
 */
export async function checkCondition(
  check: ConditionCheck,
  { client, discover, signal }: { client: Client; discover: Discover; signal: AbortSignal },
): Promise<void> {
  const place = check.namespace === undefined ? check.name : `${check.namespace}/${check.name}`;
  const object = `${check.objectKind} ${place}`;
  try {
    const { apiVersion, objectKind: kind, namespace, name } = check;
    const type = await discover({ apiVersion, kind }).catch((cause) => {
      if (!hasReason(cause, "NotFound")) throw cause;
      throw new CheckFailure(`the API server serves no ${apiVersion}`, { cause });
    });
    if (type.namespaced && namespace === undefined) {
      throw new CheckFailure(`${object} belongs to a namespace; give condition.namespace`);
    }
    const path = pathOf(type, { namespace, name });
    const found = await client.request<Conditioned>({ method: "GET", path, signal });
    const wrong = wrongWith(found, check);
    if (wrong) throw new CheckFailure(`${object}: ${wrong}`);
  } catch (error) {
    if (signal.aborted || error instanceof CheckFailure) throw error;
    if (hasReason(error, "NotFound")) throw new CheckFailure(`there is no ${object}`);
    throw new CheckFailure(`${object} could not be read: ${troubleOf(error)}`, { cause: error });
  }
}

/** What keeps the condition from being met, or undefined. */
function wrongWith({ metadata, status = {} }: Conditioned, check: ConditionCheck) {
  const conditions = status.conditions ?? [];
  const condition = conditions.find(({ type }) => type === check.type);
  if (!condition) {
    const there = conditions.map(({ type }) => type).join(", ") || "none";
    return `it has no condition ${check.type}; there are: ${there}`;
  }
  const said = [condition.reason, condition.message].filter(Boolean).join(": ");
  if (condition.status !== check.status) {
    return `${check.type} is ${condition.status}${said && ` (${said})`}; expected ${check.status}`;
  }
  const observed = condition.observedGeneration ?? status.observedGeneration;
  if (observed === undefined || metadata.generation === undefined) return undefined;
  if (observed >= metadata.generation) return undefined;
  return `${check.type} is ${condition.status} of an older generation, ${observed} of ${metadata.generation}`;
}
