import { isDeepStrictEqual } from "node:util";
import type { Change } from "./change.ts";
import { fieldOf, isFields } from "./json.ts";

/** What a value has to become so that a change is undone. */
export interface Restoration {
  /** The value wanted; undefined where it has to go. */
  value: unknown;
  /** Where the change is still in force, and is undone by `value`. */
  restored: string[];
  /** Where somebody else has written something else since; `value` leaves it alone. */
  conflicts: string[];
}

type FieldsChange = Extract<Change, { kind: "fields" }>;
type ElementsChange = Extract<Change, { kind: "elements" }>;

/**
 * Undoes a change within what is there now: only where the new value still stands, the old one comes back. What the change did
 * not touch stays as it is, elements that somebody added to a list included.
 */
export function restorationOf(current: unknown, change: Change, path = ""): Restoration {
  if (change.kind === "value") {
    if (isDeepStrictEqual(current, change.was)) return untouched(current);
    if (!isDeepStrictEqual(current, change.is)) return conflict(current, path);
    return { value: change.was, restored: [path], conflicts: [] };
  }
  if (current === undefined && !change.isAbsent) {
    // Somebody has taken away all of it; where the change had brought it, that is how it was.
    return change.wasAbsent ? untouched(current) : conflict(current, path);
  }
  return change.kind === "fields"
    ? fieldsRestored(current, change, path)
    : elementsRestored(current, change, path);
}

function fieldsRestored(current: unknown, change: FieldsChange, path: string): Restoration {
  if (current !== undefined && !isFields(current)) return conflict(current, path);
  const fields = new Map(Object.entries(current ?? {}));
  const parts = Object.entries(change.fields).map(([name, each]) => {
    const part = restorationOf(fields.get(name), each, path ? `${path}.${name}` : name);
    if (part.value === undefined) fields.delete(name);
    else fields.set(name, part.value);
    return part;
  });
  const value = fields.size === 0 && change.wasAbsent ? undefined : Object.fromEntries(fields);
  return whole(parts, { current, value, path });
}

function elementsRestored(current: unknown, change: ElementsChange, path: string): Restoration {
  if (current !== undefined && !Array.isArray(current)) return conflict(current, path);
  const { key, elements, order } = change;
  let list: readonly unknown[] = current ?? [];
  // In the order from before, so that each finds the one that it stood behind.
  const ids = new Set([...order, ...Object.keys(elements)]);
  const parts = [...ids].flatMap((id) => {
    const each = fieldOf(elements, id) as Change | undefined;
    if (!each) return [];
    const isIt = (element: unknown) => hasIdentity(element, key, id);
    const found = list.filter(isIt);
    if (found.length > 1) return [conflict(found, `${path}[${id}]`)];
    const part = restorationOf(found[0], each, `${path}[${id}]`);
    if (part.value === undefined) list = list.filter((element) => !isIt(element));
    else if (found.length > 0) list = list.map((element) => (isIt(element) ? part.value : element));
    else list = list.toSpliced(placeFor(id, list, change), 0, part.value);
    return [part];
  });
  const value = list.length === 0 && change.wasAbsent ? undefined : list;
  return whole(parts, { current, value, path });
}

/** Behind the nearest of those that stood before it and are there. */
function placeFor(id: string, list: readonly unknown[], { key, order }: ElementsChange): number {
  const earlier = order.slice(0, order.indexOf(id)).reverse();
  const places = earlier.map((each) =>
    list.findIndex((element) => hasIdentity(element, key, each)),
  );
  return (places.find((place) => place >= 0) ?? -1) + 1;
}

function hasIdentity(element: unknown, key: string, id: string): boolean {
  return isFields(element) && fieldOf(element, key) === id;
}

/** An object or a list that came or went as a whole counts, too, where nothing in it does. */
function whole(
  parts: readonly Restoration[],
  { current, value, path }: { current: unknown; value: unknown; path: string },
): Restoration {
  const restored = parts.flatMap((part) => part.restored);
  const conflicts = parts.flatMap((part) => part.conflicts);
  const isOther = (value === undefined) !== (current === undefined);
  if (isOther && restored.length === 0) restored.push(path);
  return { value, restored, conflicts };
}

const untouched = (value: unknown): Restoration => ({ value, restored: [], conflicts: [] });

const conflict = (value: unknown, path: string): Restoration => ({
  value,
  restored: [],
  conflicts: [path],
});
