import type { Client } from "../../../kubernetes/client.ts";
import { hasReason } from "../../../kubernetes/errors.ts";
import type { Resource, ResourceType } from "../../../kubernetes/resources.ts";
import type { TargetNode } from "./request.ts";

/** The parts of a Node that matter here. */
export interface Node extends Resource {
  spec?: { unschedulable?: boolean };
}

export const nodes: ResourceType<Node> = {
  apiVersion: "v1",
  kind: "Node",
  plural: "nodes",
  namespaced: false,
};

/** The annotation of a node that Pystol cordoned; its value belongs to one run. */
export const CORDONED_BY = "pystol.org/cordoned-by";

/** How often something is tried that only somebody else's write, between a read and a write of ours, makes fail. */
export const ATTEMPTS = 20; // the kubelet writes to its node all the time

/** The node with the target's UID, if it is there. */
export async function readNode(client: Client, target: TargetNode): Promise<Node | undefined> {
  try {
    const node = await client.get(nodes, { name: target.name });
    return node.metadata.uid === target.uid ? node : undefined;
  } catch (error) {
    if (hasReason(error, "NotFound")) return undefined;
    throw error;
  }
}

/** Whether new pods are kept away from it. */
export function isCordoned(node: Node): boolean {
  return node.spec?.unschedulable === true;
}

/** As evidence names it. */
export function targetOf({ name, uid }: TargetNode) {
  return { apiVersion: "v1", kind: "Node", name, uid };
}

/** A merge patch of exactly the version of the node that was read; another version is answered by a Conflict. */
export function patchNode(
  client: Client,
  { metadata: { name, uid, resourceVersion } }: Node,
  { annotation, unschedulable }: { annotation: string | null; unschedulable?: true | null },
): Promise<Node> {
  const metadata = { uid, resourceVersion, annotations: { [CORDONED_BY]: annotation } };
  const spec = unschedulable === undefined ? {} : { spec: { unschedulable } };
  const query = { fieldManager: "pystol-drainnodes" };
  return client.mergePatch(nodes, { name }, { metadata, ...spec }, query);
}
