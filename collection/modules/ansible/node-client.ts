import { askRunner } from "./runner-socket.ts";

/** What the helper pod on a node is to do to one of its pods. */
export interface NodeOrder {
  node: string;
  fault: "NetworkPartition";
  target: { namespace: string; name: string; uid: string };
  want: "Applied" | "Removed";
  /** After so many seconds the node ends the fault by itself. */
  holdSeconds: number;
  args: Record<string, unknown>;
}

/** What the helper pod says that it did. */
export interface NodeAnswer {
  state: "Applied" | "Removed" | "Failed";
  message?: string;
  evidence?: Record<string, unknown>;
  time?: string;
}

/** Has an order carried out on a node, and returns what its helper pod answers. */
export type OrderNode = (order: NodeOrder) => Promise<NodeAnswer>;

/**
 * Orders through Pystol's runner, which listens on the unix socket at `path`. Unlike evidence, an order without a runner is an
 * error, since nobody would carry it out. The function throws if the runner refuses it, or the node does not answer in time.
 */
export function nodeClient(path: string | undefined): OrderNode {
  return async (order) => {
    if (!path) {
      throw new Error(
        "PYSTOL_SOCKET is not set: faults on nodes work within a role that Pystol runs.",
      );
    }
    const { answer } = await askRunner(path, { type: "node", ...order });
    return answer as NodeAnswer;
  };
}
