import { isDeepStrictEqual } from "node:util";
import type { PystolRunStatus } from "../crds/types/pystolruns.ts";
import type { NodeOrder } from "./messages.ts";
import type { Change } from "./records.ts";

export type NodeAnswer = NonNullable<PystolRunStatus["nodeAnswers"]>[number];

/** Puts the order in the place of the one before for the same fault and target. */
export function ordering(status: PystolRunStatus | undefined, order: NodeOrder): Change {
  const orders = status?.nodeOrders;
  const index = orders?.findIndex(({ id }) => id === order.id) ?? -1;
  if (isDeepStrictEqual(orders?.[index], order)) return { kind: "none" };
  if (index >= 0) {
    return {
      kind: "patch",
      operations: [
        { op: "test", path: `/status/nodeOrders/${index}/id`, value: order.id },
        { op: "replace", path: `/status/nodeOrders/${index}`, value: order },
      ],
    };
  }
  return {
    kind: "patch",
    operations: orders
      ? [{ op: "add", path: "/status/nodeOrders/-", value: order }]
      : [
          { op: "test", path: "/status/nodeOrders", value: null },
          { op: "add", path: "/status/nodeOrders", value: [order] },
        ],
  };
}

/** The answer to an order of that id that says what came of it; a failure that was there before (`stale`) is none. */
export function answerTo(
  status: PystolRunStatus | undefined,
  { id, want }: NodeOrder,
  stale: NodeAnswer | undefined,
): NodeAnswer | undefined {
  const answer = status?.nodeAnswers?.find((one) => one.id === id);
  if (answer?.state === want) return answer;
  if (answer?.state !== "Failed" || isDeepStrictEqual(answer, stale)) return undefined;
  return answer;
}
