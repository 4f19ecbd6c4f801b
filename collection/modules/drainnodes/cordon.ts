import type { Client } from "../../../kubernetes/client.ts";
import { hasReason } from "../../../kubernetes/errors.ts";
import type { GiveEvidence } from "../ansible/evidence-client.ts";
import type { UndoClient, Undone } from "../ansible/undo-client.ts";
import { ATTEMPTS, CORDONED_BY, isCordoned, patchNode, readNode, targetOf } from "./nodes.ts";
import type { Order, TargetNode } from "./request.ts";

export interface Parts {
  client: Client;
  giveEvidence: GiveEvidence;
  records: UndoClient;
}

/**
 * Cordons a node, after it recorded how to uncordon it, and marks it with `mark`, so that the cordon can be told from anybody
 * else's. A node that is cordoned already is left as it is, and there is nothing to undo. Returns which of both it was.
 *
 * @throws if the node is gone or may not be changed.
 */
export async function cordon(
  { client, records }: Parts,
  { node: target, mark }: { node: TargetNode; mark: string },
): Promise<{ cordonedBefore: boolean }> {
  const id = `drainnodes/${target.uid}`;
  let isRecorded = false;
  for (let attempt = 1; ; attempt++) {
    const node = await readNode(client, target);
    if (!node) throw new Error(`Node ${target.name} is gone, or another one has its name.`);
    if (isCordoned(node)) {
      const message = "Somebody else cordoned the node first.";
      if (isRecorded) await records.undone({ id, state: "Done", message });
      return { cordonedBefore: true };
    }
    if (!isRecorded) {
      const args = { state: "uncordoned", id, node: target, mark };
      const module = "pystol.actions.drainnodes";
      await records.undo({ id, targetUID: target.uid, module, args });
      isRecorded = true;
    }
    try {
      await patchNode(client, node, { annotation: mark, unschedulable: true });
      return { cordonedBefore: false };
    } catch (error) {
      if (!hasReason(error, "Conflict") || attempt === ATTEMPTS) throw error;
    }
  }
}

/** What came of uncordoning a node. */
export type Uncordoning = Pick<Undone, "state"> & { message: string };

/**
 * Uncordons a node whose cordon has our mark, says so to the runner, and gives evidence of it. Never throws for what went wrong
 * with the node, but for a runner that takes no answer.
 */
export async function uncordon(parts: Parts, order: Order): Promise<Uncordoning> {
  const result = await tryToUncordon(parts.client, order).catch(
    (error: Error): Uncordoning => ({ state: "Failed", message: error.message }),
  );
  if (result.state === "Done") {
    const evidence = { cordonedByPystol: false };
    const target = targetOf(order.node);
    await parts.giveEvidence({ phase: "recovered", target, outcome: "uncordoned", evidence });
  }
  const message = result.message.slice(0, 1024); // crds/pystolruns.yaml: status.records[].lastError
  await parts.records.undone({ id: order.id, state: result.state, message });
  return result;
}

/**
 * A cordon that is not there may still be about to come: a request that its sender gave up waiting for, or died after. It holds
 * for the version of the node that was read before it alone. So the mark is written then, and taken away again: whatever is
 * under way fails by that, or was there first and is seen.
 */
async function tryToUncordon(client: Client, { node: target, mark }: Order): Promise<Uncordoning> {
  const { name } = target;
  let isFenced = false;
  for (let attempt = 1; ; attempt++) {
    const node = await readNode(client, target);
    if (!node) return { state: "Done", message: `Node ${name} is gone, and its cordon with it.` };
    if (node.metadata.annotations?.[CORDONED_BY] !== mark) {
      if (isCordoned(node)) {
        const message = `Node ${name} is cordoned, but without the mark of this run: somebody else's cordon is left alone.`;
        return { state: "Conflict", message };
      }
      if (isFenced) return { state: "Done", message: `Node ${name} is not cordoned.` };
    }
    try {
      if (node.metadata.annotations?.[CORDONED_BY] !== mark) {
        await patchNode(client, node, { annotation: mark });
        isFenced = true;
        continue;
      }
      const after = await patchNode(client, node, { annotation: null, unschedulable: null });
      if (isCordoned(after)) throw new Error(`Node ${name} is still cordoned.`);
      const did = isCordoned(node)
        ? "is uncordoned"
        : isFenced
          ? "is not cordoned"
          : "was uncordoned by somebody else already";
      return { state: "Done", message: `Node ${name} ${did}.` };
    } catch (error) {
      const isLost = hasReason(error, "Conflict") || hasReason(error, "NotFound");
      if (!isLost || attempt === ATTEMPTS) throw error;
    }
  }
}
