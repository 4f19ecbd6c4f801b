import type { PystolRunStatus } from "../crds/types/pystolruns.ts";
import { type EvidenceMessage, parseEvidence } from "./evidence.ts";

export type NodeOrder = NonNullable<PystolRunStatus["nodeOrders"]>[number];

/** How to undo the change that the role is about to make. */
export interface UndoMessage {
  type: "undo";
  /** Unique in the run. */
  id: string;
  targetUID?: string;
  node?: string;
  module: string;
  args: Record<string, unknown>;
}

/** What came of undoing: Done and Conflict close the record, Failed leaves it open. */
export interface UndoneMessage {
  type: "undone";
  id: string;
  state: "Done" | "Conflict" | "Failed";
  message?: string;
}

/** What the helper on a node shall do. */
export interface NodeMessage {
  type: "node";
  order: NodeOrder;
}

export type RoleMessage = EvidenceMessage | UndoMessage | UndoneMessage | NodeMessage;

const ID = /^[A-Za-z0-9._:/-]{1,128}$/;
const NAME_LIMIT = 253; // crds/pystolruns.yaml, as the other limits here
const UID_LIMIT = 128;
const HOLD_LIMIT_SECONDS = 86_400;

/** A message of a role, or the sentence that says what is wrong with it. */
export function parseMessage(value: unknown): RoleMessage | string {
  if (!isObject(value)) return "expected a JSON object";
  switch (value.type) {
    case "evidence":
      return parseEvidence(value);
    case "undo":
      return parseUndo(value);
    case "undone":
      return parseUndone(value);
    case "node":
      return parseNode(value);
    default:
      return `type is ${show(value.type)}; expected "evidence", "undo", "undone" or "node"`;
  }
}

function parseUndo(value: Fields): UndoMessage | string {
  const { id, targetUID, node, module, args } = value;
  if (!isId(id)) return idProblem(id);
  if (!isText(module, NAME_LIMIT))
    return `module is ${show(module)}; expected the name of what undoes it, for example "pystol.actions.patch"`;
  if (args !== undefined && !isObject(args))
    return `args is ${show(args)}; expected a JSON object with all that undoing needs`;
  if (targetUID !== undefined && !isText(targetUID, UID_LIMIT))
    return `targetUID is ${show(targetUID)}; expected a UID`;
  if (node !== undefined && !isText(node, NAME_LIMIT))
    return `node is ${show(node)}; expected a node's name`;
  return {
    type: "undo",
    id,
    module,
    args: args ?? {},
    ...(targetUID ? { targetUID } : {}),
    ...(node ? { node } : {}),
  };
}

function parseUndone(value: Fields): UndoneMessage | string {
  const { id, state, message } = value;
  if (!isId(id)) return idProblem(id);
  if (state !== "Done" && state !== "Conflict" && state !== "Failed")
    return `state is ${show(state)}; expected "Done", "Conflict" or "Failed"`;
  if (message !== undefined && typeof message !== "string")
    return `message is ${show(message)}; expected a text`;
  return { type: "undone", id, state, ...(message ? { message } : {}) };
}

function parseNode(value: Fields): NodeMessage | string {
  const { node, fault, target, want, holdSeconds, args } = value;
  if (!isText(node, NAME_LIMIT)) return `node is ${show(node)}; expected a node's name`;
  if (fault !== "NetworkPartition")
    return `fault is ${show(fault)}; expected "NetworkPartition", the one fault that a node's helper knows`;
  if (
    !isObject(target) ||
    !isText(target.namespace, 63) ||
    !isText(target.name, NAME_LIMIT) ||
    !isText(target.uid, 100)
  )
    return `target is ${show(target)}; expected an object with namespace, name and uid`;
  if (want !== "Applied" && want !== "Removed")
    return `want is ${show(want)}; expected "Applied" or "Removed"`;
  if (
    typeof holdSeconds !== "number" ||
    !Number.isInteger(holdSeconds) ||
    holdSeconds < 1 ||
    holdSeconds > HOLD_LIMIT_SECONDS
  )
    return `holdSeconds is ${show(holdSeconds)}; expected a whole number from 1 to ${HOLD_LIMIT_SECONDS}`;
  if (args !== undefined && !isObject(args)) return `args is ${show(args)}; expected a JSON object`;
  const { namespace, name, uid } = target;
  return {
    type: "node",
    order: {
      id: `${fault}/${uid}`,
      ...{ node, fault, want, holdSeconds },
      target: { namespace, name, uid },
      ...(args ? { args } : {}),
    },
  };
}

type Fields = Record<string, unknown>;

const idProblem = (id: unknown) =>
  `id is ${show(id)}; expected 1 to 128 of the characters A-Z a-z 0-9 . _ : / -`;

function isId(value: unknown): value is string {
  return typeof value === "string" && ID.test(value);
}

function isText(value: unknown, limit: number): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= limit;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 80) ?? "missing";
}
