import { isDeepStrictEqual } from "node:util";
import { type Fields, fieldOf, isFields } from "./json.ts";

/**
 * The smallest description of what a change did to a JSON value, with the old and the new values; what is absent has no `was`
 * or `is`. Objects are described by those of their fields that differ. So are lists whose elements have an identity, such as
 * the containers of a pod; other lists are one value.
 */
export type Change =
  | { kind: "value"; was?: unknown; is?: unknown }
  | { kind: "fields"; fields: Record<string, Change>; wasAbsent?: true; isAbsent?: true }
  | {
      kind: "elements";
      /** The field that identifies an element. */
      key: string;
      elements: Record<string, Change>;
      /** The identities before the change, in their order. */
      order: string[];
      wasAbsent?: true;
      isAbsent?: true;
    };

/** The fields that identify the elements of Kubernetes' lists, the more telling first: one volume may be mounted twice. */
const KEYS = ["mountPath", "devicePath", "name"];

/** What turned `was` into `is`, each undefined where it was absent; undefined if nothing did. */
export function changeBetween(was: unknown, is: unknown): Change | undefined {
  if (isDeepStrictEqual(was, is)) return undefined;
  const absence = {
    ...(was === undefined ? { wasAbsent: true as const } : {}),
    ...(is === undefined ? { isAbsent: true as const } : {}),
  };
  // What is absent counts as an empty one of the other's sort.
  const before = was === undefined ? emptyLike(is) : was;
  const after = is === undefined ? emptyLike(was) : is;
  if (isFields(before) && isFields(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    const fields = changesOf(names, (name) =>
      changeBetween(fieldOf(before, name), fieldOf(after, name)),
    );
    return { kind: "fields", fields, ...absence };
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const key = KEYS.find((name) => identifies(name, before, after));
    if (key !== undefined) return { ...elementsBetween(key, before, after), ...absence };
  }
  return {
    kind: "value",
    ...(was === undefined ? {} : { was }),
    ...(is === undefined ? {} : { is }),
  };
}

function emptyLike(other: unknown): unknown {
  if (Array.isArray(other)) return [];
  return isFields(other) ? {} : undefined;
}

function elementsBetween(key: string, was: readonly Fields[], is: readonly Fields[]): Change {
  const before = new Map(was.map((element) => [String(element[key]), element]));
  const after = new Map(is.map((element) => [String(element[key]), element]));
  const elements = changesOf(new Set([...before.keys(), ...after.keys()]), (id) => {
    const [one, other] = [before.get(id), after.get(id)];
    if (one && other) return changeBetween(one, other);
    // An element came or went as a whole, and only as a whole it can be taken back.
    return { kind: "value", ...(one ? { was: one } : {}), ...(other ? { is: other } : {}) };
  });
  return { kind: "elements", key, elements, order: [...before.keys()] };
}

/** Whether every element of both has that field with a text of its own, and those in both keep their order. */
function identifies(key: string, was: readonly unknown[], is: readonly unknown[]): boolean {
  const [before, after] = [identities(key, was), identities(key, is)];
  if (!before || !after) return false;
  const stayed = before.filter((id) => after.includes(id));
  return isDeepStrictEqual(
    stayed,
    after.filter((id) => before.includes(id)),
  );
}

function identities(key: string, list: readonly unknown[]): string[] | undefined {
  const ids = list.map((element) => (isFields(element) ? fieldOf(element, key) : undefined));
  const isText = (id: unknown): id is string => typeof id === "string";
  return ids.every(isText) && new Set(ids).size === ids.length ? ids : undefined;
}

function changesOf(
  names: Iterable<string>,
  change: (name: string) => Change | undefined,
): Record<string, Change> {
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const found = change(name);
      return found ? [[name, found] as const] : [];
    }),
  );
}

/** Where a change is, for people: spec.template.spec.containers[web].image. */
export function placesOf(change: Change, path = ""): string[] {
  switch (change.kind) {
    case "value":
      return [path];
    case "fields": {
      const inner = Object.entries(change.fields).flatMap(([name, each]) =>
        placesOf(each, path ? `${path}.${name}` : name),
      );
      return inner.length > 0 ? inner : [path];
    }
    case "elements": {
      const inner = Object.entries(change.elements).flatMap(([id, each]) =>
        placesOf(each, `${path}[${id}]`),
      );
      return inner.length > 0 ? inner : [path];
    }
  }
}
