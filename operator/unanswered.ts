import type { Client } from "../kubernetes/client.ts";
import { hasReason } from "../kubernetes/errors.ts";
import { type PystolAction, pystolActions } from "../kubernetes/resources.ts";
import type { Step, World } from "./reconcile.ts";

/** A verdict that was written, and what it was decided on. */
export interface Verdict {
  step: Step & { kind: "setStatus" };
  world: World;
}

/**
 * The verdicts whose write was not answered. They may be stored all the same, and then nothing else would ever tell: a finished
 * action is not watched. Without this its Event and its time to live would be lost.
 */
export class Unanswered {
  readonly #verdicts = new Map<string, Verdict>();

  /** A write of `step` failed in a way that may have left it done. */
  failed(key: string, step: Step, world: World): void {
    if (step.kind === "setStatus" && step.status.verdict) this.#verdicts.set(key, { step, world });
  }

  /** A write of `step` was answered. */
  answered(key: string, step: Step): void {
    if (step.kind === "setStatus" && step.status.verdict) this.#verdicts.delete(key);
  }

  /**
   * The verdict of `key` that turns out to be stored, once `action`, which is what the cache holds, is not the unfinished one any
   * more. Returned once. Throws ApiError, ConnectionError.
   */
  async stored(
    client: Client,
    key: string,
    action: PystolAction | undefined,
  ): Promise<Verdict | undefined> {
    const verdict = this.#verdicts.get(key);
    if (!verdict) return undefined;
    const { name, namespace, uid } = verdict.step.action.metadata;
    if (action?.metadata.uid === uid && !action?.status?.verdict) return undefined;
    const found = await read(client, { name, namespace });
    this.#verdicts.delete(key);
    if (found?.metadata.uid !== uid || !found?.status?.verdict) return undefined;
    return { ...verdict, step: { ...verdict.step, status: found.status } };
  }
}

async function read(
  client: Client,
  place: { name: string; namespace: string | undefined },
): Promise<PystolAction | undefined> {
  try {
    return await client.get(pystolActions, place);
  } catch (error) {
    if (hasReason(error, "NotFound")) return undefined;
    throw error;
  }
}
