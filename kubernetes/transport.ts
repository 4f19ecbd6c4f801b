import { type Dispatcher, Pool } from "undici";
import type { Connection } from "./connection.ts";
import { AnswerTooLarge, ApiError, ConnectionError } from "./errors.ts";
import { type Exchanged, exchange, type Headers } from "./exchange.ts";
import { parseLean } from "./managed-fields.ts";
import { ServerClock } from "./server-clock.ts";
import { stream } from "./stream.ts";

const ANSWER_TIMEOUT_MS = 30_000;
const CONNECTIONS = 16;
/** API servers close a connection that was idle for 90 s; a new one costs a TLS handshake, so ours wait for a part of that. */
const IDLE_MS = 30_000;
/** However long a server, or a proxy before it, asks to wait. */
const LONGEST_RETRY_AFTER_MS = 300_000;

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Request {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** The path below the server's address, as `pathOf` makes it. */
  path: string;
  query?: Query | undefined;
  body?: unknown;
  contentType?: string;
  signal?: AbortSignal | undefined;
  /** How many bytes of a whole answer are read at most; AnswerTooLarge is thrown above. */
  limitBytes?: number | undefined;
}

/** What came of a request: for metrics alone. */
export interface Answer {
  method: Request["method"];
  path: string;
  /** The HTTP status; undefined where none came. */
  code: number | undefined;
  /** Until the answer was whole; of a stream, until it began. */
  seconds: number;
}

export interface TransportOptions {
  userAgent: string;
  /** How many short requests are on their way at once, each on a connection of its own; 16 unless told. */
  connections?: number;
  /** Whether objects are read without their metadata.managedFields; of lists they stay. */
  leaveOutManagedFields?: boolean;
  /** Called before each request; what it throws is thrown, and nothing is asked. */
  before?: (request: Request) => void;
  onAnswer?: (answer: Answer) => void;
}

/**
 * Requests to one API server over kept-alive connections. Throws ApiError, or ConnectionError where no whole answer came,
 * AnswerTooLarge, or the reason of the request's signal. A request whose token was refused is repeated once, if there is another token by then.
 */
export class Transport {
  readonly #connection: Connection;
  readonly #options: TransportOptions;
  readonly #origin: string;
  readonly #base: string;
  readonly #parse: (text: string) => unknown;
  readonly #short: Pool;
  readonly #long: Pool;
  /** What the answers say of the time. */
  readonly clock = new ServerClock(() => performance.now(), Date.now);

  constructor(connection: Connection, options: TransportOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#parse = options.leaveOutManagedFields ? parseLean : JSON.parse;
    const server = new URL(connection.server);
    this.#origin = server.origin;
    this.#base = server.pathname.replace(/\/$/, "");
    const common = {
      connect: connectOptions(connection),
      allowH2: false,
      headersTimeout: ANSWER_TIMEOUT_MS,
      keepAliveTimeout: IDLE_MS,
    };
    const connections = options.connections ?? CONNECTIONS;
    this.#short = new Pool(server.origin, {
      ...common,
      connections,
      bodyTimeout: ANSWER_TIMEOUT_MS,
    });
    // Watches would starve short requests of connections, and last longer than any time limit.
    this.#long = new Pool(server.origin, { ...common, connections: null, bodyTimeout: 0 });
  }

  /** The whole answer: parsed if it is JSON, else as text. */
  async request<T>(request: Request): Promise<T> {
    const { code, headers, text } = await this.#authorized(request, (prepared) =>
      exchange(this.#short, prepared, request),
    );
    if (code >= 400) throw errorOf(request, { code, headers, text });
    if (!isJson(headers)) return text as T;
    try {
      return this.#parse(text) as T;
    } catch (cause) {
      throw this.#failure(request, cause, `answered ${code}, and not with whole JSON`);
    }
  }

  /** The answer's body as it comes, without a limit on its time. */
  async stream(request: Request): Promise<AsyncIterable<Uint8Array>> {
    const { code, headers, body } = await this.#authorized(request, (prepared) =>
      stream(this.#long, prepared, request.signal),
    );
    const chunks = this.#chunks(request, body);
    if (code < 400) return chunks;
    const parts: Uint8Array[] = [];
    for await (const chunk of chunks) parts.push(chunk);
    throw errorOf(request, { code, headers, text: Buffer.concat(parts).toString("utf8") });
  }

  async close(): Promise<void> {
    await Promise.all([this.#short.destroy(), this.#long.destroy()]);
  }

  async #authorized<A extends { code: number; headers: Headers }>(
    request: Request,
    send: (prepared: Dispatcher.DispatchOptions) => Promise<A>,
  ): Promise<A> {
    const authorization = await this.#connection.authorization?.();
    const answer = await this.#told(request, authorization, send);
    if (answer.code !== 401 || authorization === undefined) return answer;
    const fresh = await this.#connection.authorization?.({ refused: authorization });
    return fresh === authorization ? answer : this.#told(request, fresh, send);
  }

  async #told<A extends { code: number; headers: Headers }>(
    request: Request,
    authorization: string | undefined,
    send: (prepared: Dispatcher.DispatchOptions) => Promise<A>,
  ): Promise<A> {
    this.#options.before?.(request);
    const { method, path, signal } = request;
    const began = performance.now();
    let code: number | undefined;
    try {
      const answer = await send(this.#prepared(request, authorization));
      code = answer.code;
      this.clock.hear(answer.headers.date);
      return answer;
    } catch (cause) {
      if (signal?.aborted || cause instanceof AnswerTooLarge) throw cause;
      throw this.#failure(request, cause, "failed");
    } finally {
      this.#options.onAnswer?.({
        ...{ method, path, code },
        seconds: (performance.now() - began) / 1000,
      });
    }
  }

  #prepared(request: Request, authorization: string | undefined): Dispatcher.DispatchOptions {
    const headers: Record<string, string> = {
      accept: "application/json",
      "user-agent": this.#options.userAgent,
    };
    if (authorization) headers.authorization = authorization;
    const { method, body } = request;
    const path = `${this.#base}${request.path}${queryString(request.query)}`;
    if (body === undefined) return { method, path, headers };
    headers["content-type"] = request.contentType ?? "application/json";
    return { method, path, headers, body: JSON.stringify(body) };
  }

  async *#chunks(request: Request, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* body;
    } catch (cause) {
      if (request.signal?.aborted) throw cause;
      throw this.#failure(request, cause, "was cut within its answer");
    }
  }

  #failure({ method, path }: Request, cause: unknown, what: string): ConnectionError {
    const said = cause instanceof Error ? cause.message : String(cause);
    return new ConnectionError(`${method} ${this.#origin}${path} ${what}: ${said}`, { cause });
  }
}

function connectOptions(connection: Connection) {
  const { ca, clientCertificate: cert, clientKey: key, serverName: servername } = connection;
  return {
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
    ...(servername ? { servername } : {}),
    rejectUnauthorized: !connection.skipTlsVerify,
    timeout: 10_000,
    keepAlive: true,
  };
}

function errorOf({ method, path }: Request, { code, headers, text }: Exchanged): ApiError {
  const retryAfter = retryAfterMs(headers["retry-after"]);
  return new ApiError({ method, path, code, body: text, retryAfterMs: retryAfter });
}

function isJson(headers: Headers): boolean {
  return String(headers["content-type"] ?? "").includes("json");
}

function queryString(query: Query = {}): string {
  let text = "";
  for (const key in query) {
    const value = query[key];
    if (value !== undefined) text += `${text ? "&" : "?"}${key}=${encodeURIComponent(value)}`;
  }
  return text;
}

/** Retry-After in seconds, the only form that API servers send. */
function retryAfterMs(header: string | string[] | undefined): number | undefined {
  const seconds = Number(header);
  if (header === undefined || !Number.isFinite(seconds)) return undefined;
  return Math.min(Math.max(seconds, 0) * 1000, LONGEST_RETRY_AFTER_MS);
}
