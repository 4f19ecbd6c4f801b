import type { Client } from "../kubernetes/client.ts";
import { hasReason } from "../kubernetes/errors.ts";
import type { PystolRun, Resource, ResourceType } from "../kubernetes/resources.ts";
import { type Patience, retried } from "./retried.ts";
import { type SecretData, secretVariables } from "./secret-variables.ts";

interface Secret extends Resource {
  data?: Record<string, string>;
}

const secrets: ResourceType<Secret> = {
  apiVersion: "v1",
  kind: "Secret",
  plural: "secrets",
  namespaced: true,
};

/** Variables whose values must be shown nowhere. */
export interface SecretVariables {
  /** By name; each value is text, whatever the role's argument schema says. */
  variables: Record<string, string>;
  /** The values that `redactorOf` takes out of everything that leaves the runner. */
  secretValues: string[];
}

/**
 * Reads the Secrets that the run names in spec.extraVarsFrom, from its action's namespace and with the role's account: each key
 * becomes a variable. An optional Secret may be absent.
 *
 * @throws one error for everything that does not fit, with the names of Secrets and keys and never with a value; ApiError or
 * ConnectionError where the API server gives no answer within `patience`.
 */
export async function readExtraVars(
  client: Client,
  run: PystolRun,
  patience: Patience,
): Promise<SecretVariables> {
  const { namespace } = run.spec.action;
  const read = (run.spec.extraVarsFrom ?? []).map(async ({ secretName, optional = false }) => {
    const place = { namespace, name: secretName };
    const found = await retried(patience, () => client.get(secrets, place)).catch((error) => {
      if (hasReason(error, "NotFound")) return "absent" as const;
      if (hasReason(error, "Forbidden")) return "forbidden" as const;
      throw error;
    });
    const data: SecretData["data"] = typeof found === "string" ? found : (found.data ?? {});
    return { name: secretName, optional, data };
  });
  const variables = secretVariables(await Promise.all(read), {
    namespace,
    role: run.spec.role.name,
    extraVars: run.spec.extraVars ?? {},
  });
  return { variables, secretValues: Object.values(variables) };
}
