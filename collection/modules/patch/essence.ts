import type { Resource } from "../../../kubernetes/resources.ts";
import type { Fields } from "./json.ts";

/** The fields of metadata that people write. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ */
export const OWN_METADATA = ["labels", "annotations", "finalizers", "ownerReferences"] as const;

/** What somebody wants of an object: all of it but its status, and what the API server writes into metadata by itself. */
export function essenceOf(object: Resource): Fields {
  const { status: _, metadata, ...rest } = object as Resource & { status?: unknown };
  const own = OWN_METADATA.flatMap((name) =>
    metadata[name] === undefined ? [] : [[name, metadata[name]]],
  );
  return { ...rest, metadata: Object.fromEntries(own) };
}
