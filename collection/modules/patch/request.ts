import { ArgumentError, ArgumentReader, isText } from "../ansible/arguments.ts";
import type { Change } from "./change.ts";
import { type Fields, isFields } from "./json.ts";
import { type Patch, type PatchType, problemsOf } from "./patch-content.ts";

/** One object, by UID: another one of its name is not meant. */
export interface Target {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
  uid: string;
}

/** What undoes the change of one object: the arguments that an undo record holds. */
export interface Order {
  id: string;
  target: Target;
  change: Change;
}

export type Request =
  | { state: "patched"; targets: Target[]; patch: Patch }
  | { state: "restored"; orders: Order[] }
  | { state: "verified"; phase: "injected" | "recovered"; orders: Order[] };

const STATES = ["patched", "restored", "verified"] as const;
const PHASES = ["injected", "recovered"] as const;
const TYPES: readonly PatchType[] = ["strategic", "merge", "json"];

/** @throws ArgumentError */
export function requestFrom(fields: Fields): Request {
  const reader = new ArgumentReader(fields);
  const state = reader.choice("state", STATES) ?? "patched";
  const read = { patched: patchRequest, restored: restoreRequest, verified: verifyRequest }[state];
  return read(reader);
}

function patchRequest(reader: ArgumentReader): Request {
  const targets = reader.required("targets", reader.list("targets", TARGET, isTarget));
  const type = reader.choice("type", TYPES) ?? "strategic";
  const isContent = (value: unknown) => isFields(value) || Array.isArray(value);
  const content = reader.required("patch", reader.value("patch", "an object or a list", isContent));
  reader.check();
  const patch = { type, content } as Patch;
  const problems = [...problemsOf(patch), ...problemsOfTargets(targets)];
  if (problems.length > 0) throw new ArgumentError(problems);
  return { state: "patched", targets, patch };
}

/** Either the run's records, or the arguments of one of them. */
function restoreRequest(reader: ArgumentReader): Request {
  const undo = reader.list("undo", RECORD, isRecord);
  if (undo) {
    reader.check();
    return { state: "restored", orders: undo.map(orderOf) };
  }
  const id = reader.required("id", reader.text("id"));
  const target = reader.required("target", reader.value("target", TARGET, isTarget));
  const change = reader.required("change", reader.value("change", CHANGE, isChange));
  reader.check();
  return { state: "restored", orders: [{ id, target, change }] };
}

function verifyRequest(reader: ArgumentReader): Request {
  const undo = reader.required("undo", reader.list("undo", RECORD, isRecord));
  const phase = reader.required("phase", reader.choice("phase", PHASES));
  reader.check();
  return { state: "verified", phase, orders: undo.map(orderOf) };
}

const TARGET = "with apiVersion, kind, name, uid and, if it has one, namespace";
const RECORD = "an undo record of this module, with id and args";
const CHANGE = "a description of a change, as this module records it";

function isTarget(item: unknown): item is Target {
  if (!isFields(item)) return false;
  const { apiVersion, kind, namespace, name, uid } = item;
  return [apiVersion, kind, name, uid].every(isText) && (namespace ?? null) !== "";
}

function isChange(value: unknown): value is Change {
  return isFields(value) && isText(value.kind);
}

type UndoRecordOf = { id: string; args: { target: Target; change: Change } };

function isRecord(item: unknown): item is UndoRecordOf {
  if (!isFields(item) || !isText(item.id) || !isFields(item.args)) return false;
  return isTarget(item.args.target) && isChange(item.args.change);
}

function orderOf({ id, args: { target, change } }: UndoRecordOf): Order {
  return { id, target, change };
}

function problemsOfTargets(targets: readonly Target[]): string[] {
  if (targets.length === 0) return ["targets is empty: there is nothing to patch."];
  const secret = targets.find(({ kind }) => kind === "Secret");
  if (!secret) return [];
  return [
    `targets has the Secret ${secret.name}: Secrets are not patched, because their values would have to be kept in the run's records.`,
  ];
}
