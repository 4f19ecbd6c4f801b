import type { Client } from "./client.ts";
import { ApiError } from "./errors.ts";
import { parseLean } from "./managed-fields.ts";
import { pathOf, type Resource, type ResourceType } from "./resources.ts";

/** A change that the API server tells of: https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes */
export interface WatchEvent<T extends Resource> {
  type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  object: T;
}

/** The last event of a watch that the server ends: its object is a Status. */
interface ErrorEvent {
  type: "ERROR";
  object?: { code?: number };
}

export interface Selection {
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
}

/**
 * The changes after `resourceVersion`, without metadata.managedFields, until the server ends the watch (it does after
 * `timeoutSeconds`), or `signal`.
 *
 * @throws ApiError with the reason "Expired" where the version is too old, also when the server says so within the stream.
 */
export async function* watch<T extends Resource>(
  client: Client,
  type: ResourceType<T>,
  options: Selection & { resourceVersion: string; timeoutSeconds: number; signal: AbortSignal },
): AsyncGenerator<WatchEvent<T>> {
  const path = pathOf(type, { namespace: options.namespace });
  const body = await client.stream({
    method: "GET",
    path,
    query: {
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: options.resourceVersion,
      timeoutSeconds: options.timeoutSeconds,
      labelSelector: options.labelSelector,
      fieldSelector: options.fieldSelector,
    },
    signal: options.signal,
  });
  for await (const line of lines(body)) {
    const event = parseLean(line) as WatchEvent<T> | ErrorEvent;
    if (event.type === "ERROR") {
      throw new ApiError({
        method: "WATCH",
        path,
        code: event.object?.code ?? 500,
        body: JSON.stringify(event.object),
      });
    }
    yield event;
  }
}

/** The lines of a byte stream, also where a chunk ends within a character; empty ones are left out. */
export async function* lines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) if (part.trim()) yield part;
  }
  if (rest.trim()) yield rest;
}
