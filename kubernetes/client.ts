import type { Connection } from "./connection.ts";
import { pathOf, type Resource, type ResourceList, type ResourceType } from "./resources.ts";
import { type Query, type Request, Transport, type TransportOptions } from "./transport.ts";

export type JsonPatchOperation =
  | { op: "add" | "replace" | "test"; path: string; value: unknown }
  | { op: "remove"; path: string };

export interface Place {
  namespace?: string | undefined;
  name: string;
  subresource?: string;
}

/** Talks to one API server over kept-alive connections. Every method throws ApiError or ConnectionError. */
export interface Client {
  request<T = unknown>(request: Request): Promise<T>;
  /** An answer as it comes, for watches and logs: no time limit on its body. */
  stream(request: Request): Promise<AsyncIterable<Uint8Array>>;
  get<T extends Resource>(type: ResourceType<T>, place: Place): Promise<T>;
  list<T extends Resource>(
    type: ResourceType<T>,
    options?: { namespace?: string | undefined; query?: Query; limitBytes?: number },
  ): Promise<ResourceList<T>>;
  create<T extends Resource>(type: ResourceType<T>, object: T, query?: Query): Promise<T>;
  /** Server-side apply, taking over contested fields: https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
  apply<T extends Resource>(
    type: ResourceType<T>,
    object: Partial<T> & Resource,
    options: { fieldManager: string; subresource?: string; query?: Query },
  ): Promise<T>;
  /** JSON merge patch (RFC 7396). With metadata.resourceVersion in the patch it is a compare-and-set. */
  mergePatch<T extends Resource>(
    type: ResourceType<T>,
    place: Place,
    patch: unknown,
    query?: Query,
  ): Promise<T>;
  /** JSON patch (RFC 6902). */
  jsonPatch<T extends Resource>(
    type: ResourceType<T>,
    place: Place,
    operations: readonly JsonPatchOperation[],
  ): Promise<T>;
  delete(type: ResourceType, place: Place, options?: unknown): Promise<void>;
  /** The namespace of the connection's context or pod. */
  readonly namespace: string;
  /** The API server's time as its answers tell it, in ms since the epoch; see ServerClock. */
  serverTimeMs(): number;
  close(): Promise<void>;
}

export function createClient(connection: Connection, options: TransportOptions): Client {
  const transport = new Transport(connection, options);
  const request = <T>(what: Request) => transport.request<T>(what);
  return {
    request,
    serverTimeMs: () => transport.clock.now(),
    stream: (what) => transport.stream(what),
    get: (type, place) => request({ method: "GET", path: pathOf(type, place) }),
    list: (type, { namespace, query, limitBytes } = {}) =>
      request({ method: "GET", path: pathOf(type, { namespace }), query, limitBytes }),
    create: (type, object, query) =>
      request({
        method: "POST",
        path: pathOf(type, { namespace: object.metadata.namespace }),
        body: object,
        query,
      }),
    apply: (type, object, { fieldManager, subresource, query }) => {
      const { name, namespace } = object.metadata;
      return request({
        method: "PATCH",
        path: pathOf(type, { name, namespace, ...(subresource ? { subresource } : {}) }),
        query: { ...query, fieldManager, force: true },
        contentType: "application/apply-patch+yaml",
        body: object,
      });
    },
    mergePatch: (type, place, patch, query) =>
      request({
        method: "PATCH",
        path: pathOf(type, place),
        contentType: "application/merge-patch+json",
        body: patch,
        query,
      }),
    jsonPatch: (type, place, operations) =>
      request({
        method: "PATCH",
        path: pathOf(type, place),
        contentType: "application/json-patch+json",
        body: operations,
      }),
    delete: async (type, place, body) => {
      await request({ method: "DELETE", path: pathOf(type, place), body });
    },
    namespace: connection.namespace,
    close: () => transport.close(),
  };
}
