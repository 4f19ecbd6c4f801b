import type { Client } from "../../../kubernetes/client.ts";
import type { GiveEvidence } from "../ansible/evidence-client.ts";
import type { OrderNode } from "../ansible/node-client.ts";
import type { UndoClient } from "../ansible/undo-client.ts";
import { peerAddresses } from "./peers.ts";
import type { PartitionRequest, TargetPod } from "./request.ts";

export interface Parts {
  client: Pick<Client, "get" | "list">;
  records: UndoClient;
  orderNode: OrderNode;
  giveEvidence: GiveEvidence;
}

/** What was seen of one pod. */
export interface PodResult {
  name: string;
  /** silent: the rules are there, but no packet came to be dropped. refused: nothing was done, the message says why. */
  outcome: "partitioned" | "silent" | "joined" | "gone" | "refused";
  evidence: Record<string, unknown>;
  message?: string;
}

const FAULT = "NetworkPartition";
/** The module whose records these are; recover.yml calls it. */
const MODULE = "pystol.actions.networkpartition";

/**
 * Partitions each target: first the record of how to undo it, then the order to its node. All are awaited, whatever becomes of
 * one. The evidence says injected only where a packet was dropped.
 *
 * @throws ApiError or ConnectionError where the peers cannot be read, or an Error where there are none; then nothing was done.
 */
export async function partitionAll(parts: Parts, request: PartitionRequest): Promise<PodResult[]> {
  const namespace = request.targets[0]?.namespace ?? "";
  const peers = await peerAddresses(parts.client, { namespace, peers: request.peers });
  const { direction, protocol, ports, observeSeconds } = request;
  const args = { direction, peers, ports, protocol, watchSeconds: observeSeconds };
  return await Promise.all(
    request.targets.map(async (target) => {
      try {
        return await partition(parts, target, { args, holdSeconds: request.holdSeconds });
      } catch (error) {
        const message = (error as Error).message;
        return { name: target.name, outcome: "refused", evidence: {}, message };
      }
    }),
  );
}

async function partition(
  { records, orderNode, giveEvidence }: Parts,
  target: TargetPod,
  { args, holdSeconds }: { args: Record<string, unknown>; holdSeconds: number },
): Promise<PodResult> {
  const { name, namespace, uid, node } = target;
  const id = `${FAULT}/${uid}`;
  const order = { node, fault: FAULT, target: { namespace, name, uid }, holdSeconds } as const;
  await records.undo({
    id,
    targetUID: uid,
    node,
    module: MODULE,
    args: { state: "joined", target: { name, namespace, uid, node } },
  });
  const answer = await orderNode({ ...order, want: "Applied", args });
  const { evidence = {}, message = "the node's helper gave no reason" } = answer;
  if (answer.state !== "Applied") return { name, outcome: "refused", evidence, message };
  const hasDropped = Number(evidence.packetsDropped) > 0;
  const outcome = hasDropped ? "partitioned" : "silent";
  await giveEvidence({
    phase: hasDropped ? "injected" : "observed",
    target: { apiVersion: "v1", kind: "Pod", namespace, name, uid },
    outcome,
    evidence: { ...evidence, node },
  });
  return { name, outcome, evidence };
}
