import type { Client } from "../../../kubernetes/client.ts";
import { hasReason } from "../../../kubernetes/errors.ts";
import type { Resource, ResourceType } from "../../../kubernetes/resources.ts";
import type { Parts, PodResult } from "./partition.ts";
import type { PartitionRecord, TargetPod } from "./request.ts";

const pods: ResourceType<Resource> = {
  apiVersion: "v1",
  kind: "Pod",
  plural: "pods",
  namespaced: true,
};

/**
 * Undoes each record, and says of each what came of it. A pod that is gone took its network namespace with it, and the fault in
 * that. All are awaited, whatever becomes of one; what could not be undone is told to the runner, which tries again.
 */
export async function joinAll(
  parts: Parts,
  records: readonly PartitionRecord[],
): Promise<PodResult[]> {
  return await Promise.all(
    records.map(async (record) => {
      try {
        return await join(parts, record);
      } catch (error) {
        const message = (error as Error).message;
        await parts.records.undone({ id: record.id, state: "Failed", message });
        return { name: record.target.name, outcome: "refused", evidence: {}, message };
      }
    }),
  );
}

async function join(parts: Parts, { id, target }: PartitionRecord): Promise<PodResult> {
  const { name, namespace, uid, node } = target;
  if (await isGone(parts.client, target)) {
    const message = "The pod is gone, and its network namespace with it.";
    await parts.records.undone({ id, state: "Done", message });
    return await tell(parts, target, { outcome: "gone", evidence: {}, message });
  }
  const answer = await parts.orderNode({
    ...{ node, fault: "NetworkPartition", target: { namespace, name, uid } },
    want: "Removed",
    holdSeconds: 1, // the schema asks for it; nothing holds after a removal
    args: {},
  });
  const { evidence = {}, message } = answer;
  if (answer.state !== "Removed")
    throw new Error(message ?? `The helper on the node ${node} gave no reason.`);
  await parts.records.undone({ id, state: "Done", ...(message ? { message } : {}) });
  return await tell(parts, target, {
    outcome: "joined",
    evidence,
    ...(message ? { message } : {}),
  });
}

async function tell(
  { giveEvidence }: Parts,
  { name, namespace, uid }: TargetPod,
  result: Omit<PodResult, "name">,
): Promise<PodResult> {
  const { outcome, evidence } = result;
  await giveEvidence({
    phase: "recovered",
    target: { apiVersion: "v1", kind: "Pod", namespace, name, uid },
    outcome,
    evidence,
  });
  return { name, ...result };
}

async function isGone(
  client: Pick<Client, "get">,
  { namespace, name, uid }: TargetPod,
): Promise<boolean> {
  try {
    const { metadata } = await client.get(pods, { namespace, name });
    return metadata.uid !== uid;
  } catch (error) {
    if (hasReason(error, "NotFound")) return true;
    // The helper on the node knows better than an API server that cannot answer now.
    return false;
  }
}
