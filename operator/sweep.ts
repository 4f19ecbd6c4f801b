import type { Client } from "../kubernetes/client.ts";
import { type PystolAction, pystolActions } from "../kubernetes/resources.ts";
import { ACTION_FINALIZER } from "./finalizers.ts";

/** A page that is read and forgotten. */
const PAGE = 250;

/** Whether a finished action has the finalizer that goes before the verdict; a version before this one left it. */
export function isHeld({ metadata }: PystolAction): boolean {
  return metadata.finalizers?.includes(ACTION_FINALIZER) ?? false;
}

/**
 * The finished actions that have a time to live or are held, page by page, so that their number costs no memory.
 *
 * @throws ApiError, ConnectionError; also where the list expired in its middle, and has to begin anew.
 */
export async function* finishedActions(
  client: Client,
  signal: AbortSignal,
): AsyncGenerator<PystolAction> {
  let next: string | undefined;
  do {
    const list = await client.list(pystolActions, {
      query: { fieldSelector: "status.verdict!=", limit: PAGE, continue: next },
    });
    for (const action of list.items) {
      signal.throwIfAborted();
      if (action.spec.ttlSecondsAfterFinished !== undefined || isHeld(action)) yield action;
    }
    next = list.metadata.continue || undefined;
  } while (next !== undefined);
}
