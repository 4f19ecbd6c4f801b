import { keyOf, type PystolAction } from "../kubernetes/resources.ts";
import type { Mortal } from "./reconcile.ts";

/** The finished actions that have a time to live: of each its name and when it is over, and no more. */
export class Mortals {
  readonly #entries = new Map<string, Map<string, Mortal>>();

  /** Takes in a finished action, and returns its key; none where it has no time to live. */
  add({ apiVersion, kind, metadata, spec, status }: PystolAction): string | undefined {
    const { name, namespace = "", uid = "" } = metadata;
    const ttl = spec.ttlSecondsAfterFinished;
    const completed = Date.parse(status?.completionTime ?? "");
    if (ttl === undefined || Number.isNaN(completed)) return undefined;
    const action = {
      apiVersion,
      kind,
      metadata: { name, namespace, uid },
      spec: { role: spec.role },
    };
    const key = keyOf(action);
    const entries = this.#entries.get(key) ?? new Map<string, Mortal>();
    // The CRD's defaults are of no use here.
    entries.set(uid, { action: action as PystolAction, dueMs: completed + ttl * 1000 });
    this.#entries.set(key, entries);
    return key;
  }

  /** Those of one key: an action may have been made again under its name. */
  of(key: string): Mortal[] {
    return [...(this.#entries.get(key)?.values() ?? [])];
  }

  remove(key: string, { metadata }: PystolAction): void {
    const entries = this.#entries.get(key);
    entries?.delete(metadata.uid ?? "");
    if (entries?.size === 0) this.#entries.delete(key);
  }
}
