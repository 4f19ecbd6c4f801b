import type { PystolAction } from "../kubernetes/resources.ts";
import { Admission, type Limits, type Turn } from "./admission.ts";

/** The unfinished actions in the order of their turn, kept up as they come, start and go. */
export class WaitingLine {
  readonly #admission: Admission;
  /** The UID of the action that is held under each key: it may be made anew under its name. */
  readonly #uids = new Map<string, string>();

  constructor(limits: Limits) {
    this.#admission = new Admission(limits);
  }

  /** Puts an action where it belongs; none takes the key out. Returns whether a place became free. */
  place(
    key: string,
    action: PystolAction | undefined,
    hasRun: (action: PystolAction) => boolean,
  ): boolean {
    const uid = action?.metadata.uid;
    const before = this.#uids.get(key);
    const isLeft = before !== undefined && before !== uid && this.#admission.remove(before);
    if (!action || !uid) {
      this.#uids.delete(key);
      return isLeft;
    }
    this.#uids.set(key, uid);
    const { namespace = "", creationTimestamp: created = "", deletionTimestamp } = action.metadata;
    const { status, spec } = action;
    const isRunning = status?.run !== undefined || hasRun(action);
    // What ends without having begun waits for nobody.
    if (status?.verdict || (!isRunning && (deletionTimestamp || spec.stop)))
      return this.#admission.remove(uid) || isLeft;
    const candidate = { uid, key, namespace, priority: spec.priority ?? 0, created };
    return this.#admission.set(candidate, isRunning) || isLeft;
  }

  turnOf(uid: string): Turn {
    return this.#admission.turnOf(uid);
  }

  heads(count: number): string[] {
    return this.#admission.heads(count);
  }
}
