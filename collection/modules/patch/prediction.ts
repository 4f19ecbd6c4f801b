import { ApiError, hasReason } from "../../../kubernetes/errors.ts";
import type { Resource } from "../../../kubernetes/resources.ts";
import { type Change, changeBetween } from "./change.ts";
import { essenceOf } from "./essence.ts";
import type { Objects } from "./objects.ts";
import type { Patch } from "./patch-content.ts";
import { named } from "./places.ts";
import type { Target } from "./request.ts";

/** What a patch would do to one version of an object. */
export interface Prediction {
  target: Target;
  before: Resource;
  change: Change;
}

/** How often something is tried that only somebody else's write, between a read and a write of ours, makes fail. */
export const ATTEMPTS = 20; // a rollout writes to its Deployment all the time

/**
 * What the patch would do, defaults and admission included, as the server answers to a dry run.
 *
 * @throws if it would do nothing, the object is not there, or the server refuses the patch.
 */
export async function predict(objects: Objects, target: Target, patch: Patch): Promise<Prediction> {
  for (let attempt = 1; ; attempt++) {
    const before = await objects.read(target);
    if (!before) throw new Error(`${named(target)} is gone, or another one has its name.`);
    if (before.metadata.deletionTimestamp)
      throw new Error(`${named(target)} is being deleted; what is done to it cannot be undone.`);
    try {
      const after = await objects.patch(target, patch, { version: before.metadata, dryRun: true });
      const change = changeDone(before, after);
      if (change) return { target, before, change };
    } catch (error) {
      if (!hasReason(error, "Conflict") || attempt === ATTEMPTS) throw refusal(target, error);
      continue;
    }
    throw new Error(`The patch changes nothing of ${named(target)}: it is like that already.`);
  }
}

export function changeDone(before: Resource, after: Resource): Change | undefined {
  return changeBetween(essenceOf(before), essenceOf(after));
}

/** The server's refusal, with the object that it is about. */
export function refusal(target: Target, error: unknown): Error {
  if (!(error instanceof ApiError)) return error as Error;
  const said = shortened(error.message);
  return new Error(`${named(target)} cannot be patched: ${said}`, { cause: error });
}

/** Without the middle: of a patch that does not fit, the server repeats the whole object before it says what is wrong. */
function shortened(message: string): string {
  if (message.length <= 700) return message;
  return `${message.slice(0, 200)} … ${message.slice(-450)}`;
}
