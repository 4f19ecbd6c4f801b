import { Agent, type Dispatcher } from "undici";
import { BODY_LIMIT_BYTES } from "../reading/read-badge.ts";
import { type AllowedPrivate, isAllowed, publicLookup, refusePrivateLiteral } from "./addresses.ts";
import { readBody } from "./body.ts";
import { NoAnswerError } from "./no-answer.ts";

/** What a server said about one URL, at the end of its redirects. */
export interface Answer {
  readonly httpStatus: number;
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

export interface RequestLimits {
  readonly timeoutMs: number;
  readonly bodyLimitBytes: number;
  readonly redirects: number;
}

export const BADGE_LIMITS: RequestLimits = {
  timeoutMs: 10_000,
  bodyLimitBytes: BODY_LIMIT_BYTES,
  redirects: 5, // Scorecard's and CircleCI's badges need two
};

const USER_AGENT = "pystol-board (reads status badges; +https://pystol.org)";
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Sends GET requests for badges over kept-alive connections; `close` ends them. */
export class Client implements AsyncDisposable {
  readonly #allowed: AllowedPrivate;
  readonly #limits: RequestLimits;
  readonly #public: Agent;
  readonly #private: Agent;

  constructor(allowed: AllowedPrivate, limits: RequestLimits = BADGE_LIMITS) {
    const options = { connections: 4, pipelining: 1, maxHeaderSize: 32 * 1024, allowH2: false };
    const connect = { timeout: limits.timeoutMs };
    this.#allowed = allowed;
    this.#limits = limits;
    this.#public = new Agent({ ...options, connect: { ...connect, lookup: publicLookup } });
    this.#private = new Agent({ ...options, connect });
  }

  /**
   * Gets a URL, following redirects and checking every hop's address. `validators` are request headers such
   * as If-None-Match; they are sent to the first host only. Throws NoAnswerError or PrivateAddressError.
   */
  async get(source: URL, validators: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const signal = AbortSignal.timeout(this.#limits.timeoutMs);
    let url = source;
    for (let hop = 0; hop <= this.#limits.redirects; hop += 1) {
      const headers = url.host === source.host ? validators : {};
      const response = await this.#send(url, headers, signal);
      const location = response.headers.location;
      if (!REDIRECTS.has(response.statusCode) || location === undefined) {
        return await this.#answer(response, signal);
      }
      await response.body.dump();
      url = this.#next(url, [location].flat()[0] ?? "");
    }
    throw new NoAnswerError(`more than ${this.#limits.redirects} redirects`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#public.destroy(), this.#private.destroy()]);
  }

  async #send(
    url: URL,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    if (url.protocol !== "http:" && url.protocol !== "https:") {
      throw new NoAnswerError(
        `the address begins with "${url.protocol}", expected http: or https:`,
      );
    }
    refusePrivateLiteral(url, this.#allowed);
    const agent = isAllowed(url, this.#allowed) ? this.#private : this.#public;
    try {
      return await agent.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: "GET",
        signal,
        headers: { "user-agent": USER_AGENT, "accept-encoding": "gzip, br", ...headers },
      });
    } catch (error) {
      throw this.#explained(error, url);
    }
  }

  async #answer(response: Dispatcher.ResponseData, signal: AbortSignal): Promise<Answer> {
    const headers = Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name, String(value ?? "")]),
    );
    const encoding = headers["content-encoding"] ?? "";
    try {
      const body = await readBody(response.body, encoding, this.#limits.bodyLimitBytes);
      return { httpStatus: response.statusCode, body, headers };
    } catch (error) {
      if (signal.aborted) throw this.#explained(signal.reason, undefined);
      throw this.#explained(error, undefined);
    }
  }

  #next(from: URL, location: string): URL {
    const next = URL.parse(location, from.href);
    if (next === null) throw new NoAnswerError("a redirect leads to something that is no address");
    return next;
  }

  #explained(error: unknown, url: URL | undefined): Error {
    if (!(error instanceof Error)) return new NoAnswerError("the request failed");
    if (error.name === "PrivateAddressError" || error instanceof NoAnswerError) return error;
    if (error.name === "TimeoutError" || error.name === "AbortError") {
      return new NoAnswerError(`no answer within ${this.#limits.timeoutMs / 1000} s`, {
        cause: error,
      });
    }
    const code = codeOf(error);
    const where = url === undefined ? "the answer broke off" : `no answer from ${url.host}`;
    return new NoAnswerError(`${where}: ${TROUBLE[code] ?? code}`, { cause: error });
  }
}

const TROUBLE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "its certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is not trusted",
  EAI_AGAIN: "its name could not be looked up",
  ECONNREFUSED: "it refused the connection",
  ECONNRESET: "it broke the connection",
  EHOSTUNREACH: "it cannot be reached",
  ENETUNREACH: "it cannot be reached",
  ENOTFOUND: "there is no such host",
  UND_ERR_CONNECT_TIMEOUT: "it does not accept connections",
  UND_ERR_HEADERS_OVERFLOW: "its headers are too large",
  UND_ERR_SOCKET: "it broke the connection",
  Z_BUF_ERROR: "what it sent cannot be unpacked",
  Z_DATA_ERROR: "what it sent cannot be unpacked",
};

/** The stable code of an error, for example ECONNREFUSED: its message may quote a stranger. */
function codeOf(error: Error): string {
  const code = "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : error.name;
}
