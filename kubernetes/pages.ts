import type { Client } from "./client.ts";
import { AnswerTooLarge } from "./errors.ts";
import type { Resource, ResourceList, ResourceType } from "./resources.ts";
import type { Query } from "./transport.ts";

/** As client-go's pager asks for: https://pkg.go.dev/k8s.io/client-go/tools/pager */
const LARGEST_PAGE = 500;
/** While it is parsed an answer takes about three times its size. An object has at most 1.5 MiB, so one always fits. */
const LIMIT_BYTES = 8 * 1024 * 1024;

/**
 * A list page by page. A page holds as many objects as fit: whoever may create objects chooses their size, and must not be able
 * to choose how much memory it takes to list them. A page has `largest` objects at most, 500 unless told. The version in the last
 * one is that of the whole list.
 *
 * @throws ApiError, of reason "Expired" where the list took too long; ConnectionError.
 */
export async function* pages<T extends Resource>(
  client: Pick<Client, "list">,
  type: ResourceType<T>,
  options: { namespace?: string | undefined; query?: Query; largest?: number } = {},
): AsyncGenerator<ResourceList<T>> {
  const { namespace, query, largest = LARGEST_PAGE } = options;
  let limit = largest;
  let next: string | undefined;
  for (;;) {
    let page: ResourceList<T>;
    try {
      const asked = { ...query, limit, continue: next };
      page = await client.list(type, { namespace, query: asked, limitBytes: LIMIT_BYTES });
    } catch (error) {
      if (!(error instanceof AnswerTooLarge) || limit === 1) throw error;
      limit = Math.max(1, Math.floor(limit / 8));
      continue;
    }
    yield page;
    limit = Math.min(limit * 2, largest);
    next = page.metadata.continue || undefined;
    if (next === undefined) return;
  }
}
