import type { PystolActionSpec, PystolActionStatus } from "../crds/types/pystolactions.ts";
import type { PystolRoleSpec } from "../crds/types/pystolroles.ts";
import type { PystolRunSpec, PystolRunStatus } from "../crds/types/pystolruns.ts";

/** The part of metav1.ObjectMeta that Pystol reads or writes. */
export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
}

/** A metav1.OwnerReference. */
export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** Any Kubernetes object. */
export interface Resource {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** A metav1.List of such objects. */
export interface ResourceList<T extends Resource> {
  metadata: { resourceVersion?: string; continue?: string };
  items: T[];
}

/** A metav1.Condition. */
export interface Condition {
  type: string;
  status: "True" | "False" | "Unknown";
  observedGeneration?: number;
  reason: string;
  message: string;
  lastTransitionTime: string;
}

export interface PystolAction extends Resource {
  spec: PystolActionSpec;
  status?: PystolActionStatus;
}

export interface PystolRole extends Resource {
  spec: PystolRoleSpec;
}

export interface PystolRun extends Resource {
  spec: PystolRunSpec;
  status?: PystolRunStatus;
}

/** How the API server names a type of resource in its paths. */
export interface ResourceType<T extends Resource = Resource> {
  apiVersion: string;
  kind: string;
  plural: string;
  namespaced: boolean;
  /** Never set: it carries the object's type. */
  readonly object?: T;
}

export const pystolActions: ResourceType<PystolAction> = {
  apiVersion: "pystol.org/v1alpha1",
  kind: "PystolAction",
  plural: "pystolactions",
  namespaced: true,
};
export const pystolRoles: ResourceType<PystolRole> = {
  apiVersion: "pystol.org/v1alpha1",
  kind: "PystolRole",
  plural: "pystolroles",
  namespaced: false,
};
export const pystolRuns: ResourceType<PystolRun> = {
  apiVersion: "pystol.org/v1alpha1",
  kind: "PystolRun",
  plural: "pystolruns",
  namespaced: true,
};
export const namespaces: ResourceType = {
  apiVersion: "v1",
  kind: "Namespace",
  plural: "namespaces",
  namespaced: false,
};

/** The namespace in which everything that runs lives. */
export const RUNS_NAMESPACE = "pystol-runs";
/** The namespace of the helper pods on nodes, and of nothing else. */
export const NODES_NAMESPACE = "pystol-nodes";
/** The namespace of the operator. */
export const SYSTEM_NAMESPACE = "pystol-system";
/** The label with which a namespace opts in to faults; its value must be "true". */
export const ENABLED_LABEL = "pystol.org/enabled";

/**
 * The path of a collection or, with `name`, of one object, below the server's address.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris
 */
export function pathOf(
  type: ResourceType,
  place: { namespace?: string | undefined; name?: string; subresource?: string } = {},
): string {
  const parts = [type.apiVersion.includes("/") ? "/apis" : "/api", type.apiVersion];
  if (type.namespaced && place.namespace)
    parts.push("namespaces", encodeURIComponent(place.namespace));
  parts.push(type.plural);
  if (place.name) parts.push(encodeURIComponent(place.name));
  if (place.subresource) parts.push(place.subresource);
  return parts.join("/");
}

/** "namespace/name", or the name alone for what has no namespace: the key of an object of a known type. */
export function keyOf(object: Resource): string {
  const { namespace, name } = object.metadata;
  return namespace ? `${namespace}/${name}` : name;
}
