import type { Client } from "../kubernetes/client.ts";
import { ApiError } from "../kubernetes/errors.ts";
import { keyOf, type PystolAction, pystolActions } from "../kubernetes/resources.ts";
import type { Manifest } from "./manifests/parse.ts";
import { ManifestError, type Problem } from "./manifests/problem.ts";
import type { FieldPath } from "./manifests/validate.ts";

const STRICT = { fieldValidation: "Strict" };

/**
 * Has the API server check every action without creating any: rules that only it evaluates, guards, rights, and names.
 *
 * @throws ManifestError with every problem, at its place in the manifest.
 */
export async function checkActions(client: Client, manifests: readonly Manifest[]): Promise<void> {
  const problems: Problem[] = [];
  for (const manifest of manifests) {
    try {
      await client.create(pystolActions, manifest.action, { ...STRICT, dryRun: "All" });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      problems.push(...problemsOf(error, manifest));
    }
  }
  if (problems.length > 0) throw new ManifestError(problems);
}

/**
 * Creates one action and returns it as stored.
 *
 * @throws ManifestError if the API server refuses it; a name that is taken says what to do.
 */
export async function createAction(client: Client, manifest: Manifest): Promise<PystolAction> {
  try {
    return await client.create(pystolActions, manifest.action, STRICT);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new ManifestError(problemsOf(error, manifest));
  }
}

function problemsOf(error: ApiError, { action, positionOf }: Manifest): Problem[] {
  const { name, namespace } = action.metadata;
  const at = (message: string, ...path: FieldPath): Problem[] => [
    { message, position: positionOf(path) },
  ];
  if (error.reason === "AlreadyExists") {
    const message = `${keyOf(action)} exists already. Give this action another name, or delete the old one with: kubectl -n ${namespace} delete pystolaction ${name}`;
    return at(message, "metadata", "name");
  }
  if (error.reason === "NotFound") {
    const message = error.status.message?.startsWith("namespaces")
      ? `the namespace ${namespace} of ${keyOf(action)} does not exist.`
      : `the cluster does not know PystolActions (${error.message}): Pystol is not deployed there.`;
    return at(message, "metadata", "namespace");
  }
  const causes = error.status.details?.causes ?? [];
  if (causes.length === 0) return at(`${keyOf(action)}: ${error.message}`, "metadata", "name");
  return causes.flatMap(({ field, message }) =>
    at(`${keyOf(action)}: ${field ? `${field}: ` : ""}${message}`, ...fieldPath(field ?? "")),
  );
}

/** The path that a Status names as in spec.expect[0] or <nil>. */
function fieldPath(field: string): FieldPath {
  return [...field.matchAll(/[^.[\]<>]+/g)].map(([part]) =>
    /^[0-9]+$/.test(part) ? Number(part) : part,
  );
}
