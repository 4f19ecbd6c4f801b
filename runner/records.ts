import { isDeepStrictEqual } from "node:util";
import type { PystolRunStatus } from "../crds/types/pystolruns.ts";
import type { JsonPatchOperation } from "../kubernetes/client.ts";
import type { UndoMessage, UndoneMessage } from "./messages.ts";

export type UndoRecord = NonNullable<PystolRunStatus["records"]>[number];
type Records = readonly UndoRecord[] | undefined;

/** How to change a run's status: nothing to do, operations to send, or why not. */
export type Change =
  | { kind: "none" }
  | { kind: "patch"; operations: JsonPatchOperation[] }
  | { kind: "refused"; message: string };

const COUNT_LIMIT = 1000; // crds/pystolruns.yaml: status.records.maxItems
/** An object in etcd may have 1.5 MiB, and the rest of the status needs room too. */
const SIZE_LIMIT_BYTES = 768 * 1024;
const ERROR_LIMIT = 1024; // crds/pystolruns.yaml: lastError.maxLength

/** Adds an open record. The same one again is fine, as after an answer that was lost; another one of that id is not. */
export function adding(records: Records, { type: _, ...wanted }: UndoMessage): Change {
  const known = records?.find(({ id }) => id === wanted.id);
  if (known) {
    const { state: _s, attempts: _a, lastError: _l, ...content } = known;
    if (isDeepStrictEqual({ args: {}, ...content }, wanted)) {
      return known.state === "Open" ? { kind: "none" } : refused(`${wanted.id} is ${known.state}`);
    }
    return refused(`there is a record ${wanted.id} already, with other content; ids are unique`);
  }
  if ((records?.length ?? 0) >= COUNT_LIMIT)
    return refused(`there are ${COUNT_LIMIT} records already`);
  const size = Buffer.byteLength(JSON.stringify([...(records ?? []), wanted]));
  if (size > SIZE_LIMIT_BYTES)
    return refused(`the records would take ${size} bytes; ${SIZE_LIMIT_BYTES} fit into a run`);
  const record: UndoRecord = { ...wanted, state: "Open", attempts: 0 };
  return {
    kind: "patch",
    operations: records
      ? [{ op: "add", path: "/status/records/-", value: record }]
      : [
          { op: "test", path: "/status/records", value: null },
          { op: "add", path: "/status/records", value: [record] },
        ],
  };
}

/** Closes a record, or counts an attempt that failed. */
export function closing(records: Records, { id, state, message }: UndoneMessage): Change {
  const index = records?.findIndex((record) => record.id === id) ?? -1;
  const known = records?.[index];
  if (!known) return refused(`there is no record ${id}`);
  if (known.state !== "Open") {
    return known.state === state || state === "Failed"
      ? { kind: "none" }
      : refused(`the record ${id} is ${known.state} already`);
  }
  const { lastError: _, ...kept } = known;
  const record: UndoRecord = {
    ...kept,
    state: state === "Failed" ? "Open" : state,
    attempts: (known.attempts ?? 0) + 1,
    ...(message ? { lastError: message.slice(0, ERROR_LIMIT).toWellFormed() } : {}),
  };
  return {
    kind: "patch",
    operations: [
      { op: "test", path: `/status/records/${index}/id`, value: id },
      { op: "replace", path: `/status/records/${index}`, value: record },
    ],
  };
}

/** What is still to be undone, newest first. */
export function openRecords(records: Records): UndoRecord[] {
  return (records ?? []).filter(({ state }) => state === "Open").reverse();
}

const refused = (message: string): Change => ({ kind: "refused", message });
