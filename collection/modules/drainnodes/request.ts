import { ArgumentError, ArgumentReader, isText } from "../ansible/arguments.ts";
import type { Policy } from "./classes.ts";

/** One node, by UID: another one of its name is not meant. */
export interface TargetNode {
  name: string;
  uid: string;
}

/** What undoes the cordon of one node: the arguments that an undo record holds. */
export interface Order {
  id: string;
  node: TargetNode;
  /** What the node's annotation says if the cordon is ours. */
  mark: string;
}

export interface DrainRequest {
  state: "drained";
  targets: TargetNode[];
  policy: Policy;
  gracePeriodSeconds: number | undefined;
  evictionTimeoutMs: number;
  /** When the run ends, in ms since 1970. */
  deadline: number | undefined;
}

export type Request =
  | DrainRequest
  | { state: "uncordoned"; orders: Order[] }
  | {
      state: "verified";
      phase: "injected" | "recovered";
      targets: TargetNode[];
      policy: Policy;
    };

type Fields = Readonly<Record<string, unknown>>;

const STATES = ["drained", "uncordoned", "verified"] as const;
const NODE = "with name and uid";
const RECORD = "an undo record of this module, with id and args";

/** @throws ArgumentError */
export function requestFrom(fields: Fields): Request {
  const reader = new ArgumentReader(fields);
  const state = reader.choice("state", STATES) ?? "drained";
  if (state === "uncordoned") return { state, orders: ordersOf(reader) };
  const targets = reader.required("targets", reader.list("targets", NODE, isNode));
  const policy = policyOf(reader);
  if (state === "verified") {
    const phase = reader.choice("phase", ["injected", "recovered"] as const);
    const request = { state, targets, policy, phase: reader.required("phase", phase) };
    reader.check();
    return request;
  }
  const gracePeriodSeconds = reader.number("gracePeriodSeconds", { minimum: 0, maximum: 3600 });
  const range = { minimum: 1, maximum: 86_400 };
  const timeoutSeconds = reader.number("evictionTimeoutSeconds", range) ?? 120;
  const deadline = deadlineOf(reader);
  reader.check();
  if (targets.length === 0)
    throw new ArgumentError(["targets is empty: there is no node to drain."]);
  const evictionTimeoutMs = timeoutSeconds * 1000;
  return { state, targets, policy, gracePeriodSeconds, evictionTimeoutMs, deadline };
}

function policyOf(reader: ArgumentReader): Policy {
  return {
    emptyDir: reader.choice("emptyDir", ["refuse", "delete"] as const) ?? "refuse",
    podsWithoutController:
      reader.choice("podsWithoutController", ["refuse", "evict"] as const) ?? "refuse",
    namespacesNotEnabled:
      reader.choice("namespacesNotEnabled", ["refuse", "leave"] as const) ?? "refuse",
  };
}

function deadlineOf(reader: ArgumentReader): number | undefined {
  const isTime = (value: unknown): value is string =>
    isText(value) && !Number.isNaN(Date.parse(value));
  const text = reader.value("deadline", "a time, for example 2026-01-31T12:00:00Z", isTime);
  return text === undefined ? undefined : Date.parse(text);
}

/** Either the run's records, or the arguments of one of them. */
function ordersOf(reader: ArgumentReader): Order[] {
  const undo = reader.list("undo", RECORD, isRecord);
  if (undo) {
    reader.check();
    return undo.map(({ id, args: { node, mark } }) => ({ id, node, mark }));
  }
  const id = reader.required("id", reader.text("id"));
  const node = reader.required("node", reader.value("node", NODE, isNode));
  const mark = reader.required("mark", reader.text("mark"));
  reader.check();
  return [{ id, node, mark }];
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNode(value: unknown): value is TargetNode {
  return isFields(value) && isText(value.name) && isText(value.uid);
}

function isRecord(item: unknown): item is { id: string; args: { node: TargetNode; mark: string } } {
  if (!isFields(item) || !isText(item.id) || !isFields(item.args)) return false;
  return isNode(item.args.node) && isText(item.args.mark);
}
