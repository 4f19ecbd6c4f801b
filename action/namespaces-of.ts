import type { Run } from "./context.ts";

/** The namespaces of a run's actions. */
export function namespacesOf({ manifests }: Pick<Run, "manifests">): string[] {
  return manifests.map(({ action }) => action.metadata.namespace ?? "default");
}
