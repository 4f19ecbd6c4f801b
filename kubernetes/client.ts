import { type Dispatcher, Pool } from "undici";
import type { Connection } from "./connection.ts";
import { ApiError, ConnectionError } from "./errors.ts";
import { pathOf, type Resource, type ResourceList, type ResourceType } from "./resources.ts";

const ANSWER_TIMEOUT_MS = 30_000;
const CONNECTIONS = 16;

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Request {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** The path below the server's address, as `pathOf` makes it. */
  path: string;
  query?: Query | undefined;
  body?: unknown;
  contentType?: string;
  signal?: AbortSignal | undefined;
}

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
    options?: { namespace?: string | undefined } & { query?: Query },
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
  close(): Promise<void>;
}

export function createClient(connection: Connection, options: { userAgent: string }): Client {
  const server = new URL(connection.server);
  const base = server.pathname.replace(/\/$/, "");
  const connect = {
    ...(connection.ca ? { ca: connection.ca } : {}),
    ...(connection.clientCertificate ? { cert: connection.clientCertificate } : {}),
    ...(connection.clientKey ? { key: connection.clientKey } : {}),
    ...(connection.serverName ? { servername: connection.serverName } : {}),
    rejectUnauthorized: !connection.skipTlsVerify,
    timeout: 10_000,
    keepAlive: true,
  };
  const short = new Pool(server.origin, {
    connect,
    connections: CONNECTIONS,
    allowH2: false,
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
  });
  // Watches would starve short requests of connections, and last longer than any time limit.
  const long = new Pool(server.origin, {
    connect,
    connections: null,
    allowH2: false,
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: 0,
  });

  async function send(pool: Pool, request: Request): Promise<Dispatcher.ResponseData> {
    const authorization = await connection.authorization?.();
    const query = queryString(request.query);
    try {
      return await pool.request({
        method: request.method,
        path: `${base}${request.path}${query}`,
        headers: {
          accept: "application/json",
          "user-agent": options.userAgent,
          ...(authorization ? { authorization } : {}),
          ...(request.body === undefined
            ? {}
            : { "content-type": request.contentType ?? "application/json" }),
        },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        ...(request.signal ? { signal: request.signal } : {}),
      });
    } catch (cause) {
      if (request.signal?.aborted) throw cause;
      throw new ConnectionError(
        `${request.method} ${server.origin}${request.path} failed: ${(cause as Error).message}`,
        { cause },
      );
    }
  }

  async function checked(pool: Pool, request: Request): Promise<Dispatcher.ResponseData> {
    const answer = await send(pool, request);
    if (answer.statusCode < 400) return answer;
    throw new ApiError({
      method: request.method,
      path: request.path,
      code: answer.statusCode,
      body: await answer.body.text(),
      retryAfterMs: retryAfterMs(answer.headers["retry-after"]),
    });
  }

  async function request<T>(what: Request): Promise<T> {
    const answer = await checked(short, what);
    const isJson = String(answer.headers["content-type"] ?? "").includes("json");
    return (isJson ? await answer.body.json() : await answer.body.text()) as T;
  }

  return {
    request,
    stream: async (what) => (await checked(long, what)).body,
    get: (type, place) => request({ method: "GET", path: pathOf(type, place) }),
    list: (type, { namespace, query } = {}) =>
      request({ method: "GET", path: pathOf(type, { namespace }), query }),
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
    close: async () => {
      await Promise.all([short.destroy(), long.destroy()]);
    },
  };
}

function queryString(query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) search.append(key, String(value));
  }
  return search.size === 0 ? "" : `?${search}`;
}

/** Retry-After in seconds, the only form that API servers send. */
function retryAfterMs(header: string | string[] | undefined): number | undefined {
  const seconds = Number(header);
  return header !== undefined && Number.isFinite(seconds) ? seconds * 1000 : undefined;
}
