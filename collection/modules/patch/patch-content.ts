import { OWN_METADATA } from "./essence.ts";
import { type Fields, isFields } from "./json.ts";

export type PatchType = "strategic" | "merge" | "json";

/** A patch as an author wrote it. */
export type Patch =
  | { type: "strategic" | "merge"; content: Fields }
  | { type: "json"; content: readonly unknown[] };

/** The version of an object: a patch that carries it changes that version and no other. */
export interface Version {
  uid?: string;
  resourceVersion?: string;
}

const TYPES = {
  strategic: "application/strategic-merge-patch+json",
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
};

/** The request's body: the patch, on the condition that the object is still of that version, or else answered by a Conflict. */
export function conditional(patch: Patch, { uid, resourceVersion }: Version) {
  const contentType = TYPES[patch.type];
  if (patch.type === "json") {
    const pinned = [
      { op: "replace", path: "/metadata/uid", value: uid },
      { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion },
    ];
    return { contentType, body: [...patch.content, ...pinned] };
  }
  const metadata = { ...(patch.content.metadata as Fields | undefined), uid, resourceVersion };
  return { contentType, body: { ...patch.content, metadata } };
}

/** What of a patch is not the author's to change: what an object is, its status, and what the API server writes by itself. */
export function problemsOf({ type, content }: { type: PatchType; content: unknown }): string[] {
  if (type === "json") return problemsOfOperations(content);
  if (!isFields(content))
    return [`patch is a list; expected an object where type is ${type} (a list goes with json).`];
  const { metadata = {}, ...rest } = content;
  const names = Object.keys(rest).filter((name) => UNTOUCHABLE.has(name) || name.startsWith("$"));
  if (!isFields(metadata)) return ["patch.metadata must be an object."];
  const inner = Object.keys(metadata).filter((name) => !OWN.has(name));
  return [...names, ...inner.map((name) => `metadata.${name}`)].map(
    (name) => `patch.${name} cannot be changed by this role; ${ALLOWED}.`,
  );
}

/** Not ownerReferences: an object whose owner is not there is deleted, and nothing undoes that. */
const CHANGEABLE = OWN_METADATA.filter((name) => name !== "ownerReferences");
const OWN: ReadonlySet<string> = new Set(CHANGEABLE);
const UNTOUCHABLE = new Set(["apiVersion", "kind", "status"]);
const ALLOWED = `of metadata it changes ${CHANGEABLE.join(", ")}, and never apiVersion, kind or status`;

function problemsOfOperations(content: unknown): string[] {
  if (!Array.isArray(content))
    return ["patch is an object; expected a list of operations where type is json."];
  return content.flatMap((operation, index) => {
    const place = `patch[${index}]`;
    if (!isFields(operation) || typeof operation.path !== "string")
      return [`${place} must be an operation with op and path.`];
    const { op, path, from } = operation;
    // A copy takes nothing away from where it comes from, and a test changes nothing.
    const changed = [...(op === "test" ? [] : [path]), ...(op === "move" ? [from] : [])];
    return changed
      .filter((pointer) => !isOwn(String(pointer)))
      .map((pointer) => `${place} changes "${pointer}", which this role cannot; ${ALLOWED}.`);
  });
}

function isOwn(pointer: string): boolean {
  const [root, name, inner] = pointer.split("/");
  if (root !== "" || !name || UNTOUCHABLE.has(name)) return false;
  return name !== "metadata" || (inner !== undefined && OWN.has(inner));
}
