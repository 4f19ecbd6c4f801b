import type { Client } from "../kubernetes/client.ts";
import { pages } from "../kubernetes/pages.ts";
import { type PystolAction, pystolActions } from "../kubernetes/resources.ts";

/** So few at a time that a list of thousands leaves no garbage behind that Node would keep room for. */
const PAGE = 50;

/**
 * The finished actions that have a time to live, page by page, so that their number costs no memory; the API server leaves out
 * those that have none.
 *
 * @throws ApiError, ConnectionError; also where the list expired in its middle, and has to begin anew.
 */
export async function* mortalActions(
  client: Client,
  signal: AbortSignal,
): AsyncGenerator<PystolAction> {
  const query = { fieldSelector: "status.verdict!=,spec.ttlSecondsAfterFinished!=" };
  for await (const list of pages(client, pystolActions, { query, largest: PAGE })) {
    for (const action of list.items) {
      signal.throwIfAborted();
      yield action;
    }
  }
}
