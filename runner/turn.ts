import type { PystolRunStatus } from "../crds/types/pystolruns.ts";
import type { JsonPatchOperation } from "../kubernetes/client.ts";

/** Why a pod may write a run's status: it holds the claim and nobody recovers yet, or the recovery is its own. */
export type Turn = { kind: "claim" | "recovery"; podUID: string };

/** The tests of a JSON patch that fail where it is another pod's turn; `null` stands for a field that is absent. */
export function testsOf(turn: Turn | undefined): JsonPatchOperation[] {
  switch (turn?.kind) {
    case undefined:
      return [];
    case "claim":
      return [
        { op: "test", path: "/status/claim/podUID", value: turn.podUID },
        { op: "test", path: "/status/recovery", value: null },
      ];
    case "recovery":
      return [{ op: "test", path: "/status/recovery/podUID", value: turn.podUID }];
  }
}

/** The pod whose turn it is instead, or undefined if it is this one's. */
export function otherPod(turn: Turn | undefined, status: PystolRunStatus): string | undefined {
  if (!turn) return undefined;
  const { claim, recovery } = status;
  if (turn.kind === "recovery" || recovery)
    return recovery?.podUID === turn.podUID ? undefined : (recovery?.podName ?? "nobody");
  return claim?.podUID === turn.podUID ? undefined : (claim?.podName ?? "nobody");
}
