import type { Client } from "../kubernetes/client.ts";
import { pages } from "../kubernetes/pages.ts";
import { type PystolAction, pystolActions } from "../kubernetes/resources.ts";
import { ACTION_FINALIZER } from "./finalizers.ts";

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
  const query = { fieldSelector: "status.verdict!=" };
  for await (const list of pages(client, pystolActions, { query })) {
    for (const action of list.items) {
      signal.throwIfAborted();
      if (action.spec.ttlSecondsAfterFinished !== undefined || isHeld(action)) yield action;
    }
  }
}
