import { Agent, type Dispatcher } from "undici";
import { BODY_LIMIT_BYTES } from "../reading/read-badge.ts";
import { type AllowedPrivate, isAllowed, publicLookup, refusePrivateLiteral } from "./addresses.ts";
import { readBody } from "./body.ts";
import { NoAnswerError } from "./no-answer.ts";
import { explained } from "./trouble.ts";

/** What a server said about one URL, at the end of its redirects. */
export interface Answer {
  /** Where the redirects ended. */
  readonly url: string;
  readonly httpStatus: number;
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

export interface RequestLimits {
  /** For an answer with all of its redirects and its body. */
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
const HEADERS_LIMIT_BYTES = 32 * 1024;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Sends GET requests for badges over kept-alive connections; disposing of it ends them. */
export class Client implements AsyncDisposable {
  readonly #allowed: AllowedPrivate;
  readonly #limits: RequestLimits;
  readonly #public: Agent;
  readonly #private: Agent;

  constructor(allowed: AllowedPrivate, limits: RequestLimits = BADGE_LIMITS, connections = 4) {
    const options = {
      connections,
      pipelining: 1,
      maxHeaderSize: HEADERS_LIMIT_BYTES,
      allowH2: false,
    };
    const connect = { timeout: limits.timeoutMs };
    this.#allowed = allowed;
    this.#limits = limits;
    this.#public = new Agent({ ...options, connect: { ...connect, lookup: publicLookup } });
    this.#private = new Agent({ ...options, connect });
  }

  /**
   * Gets a URL, following redirects and checking every hop's address. `headers` are sent to the URL's own origin only, and
   * never again once a redirect has left it. Throws NoAnswerError or PrivateAddressError.
   */
  async get(
    source: URL,
    headers: Readonly<Record<string, string>> = {},
    limits: Partial<RequestLimits> = {},
  ): Promise<Answer> {
    const { timeoutMs, bodyLimitBytes, redirects } = { ...this.#limits, ...limits };
    const signal = AbortSignal.timeout(Math.max(1, Math.round(timeoutMs)));
    let url = source;
    let own = headers;
    for (let hop = 0; hop <= redirects; hop += 1) {
      try {
        const response = await this.#send(url, own, signal);
        const location = response.headers.location;
        if (!REDIRECTS.has(response.statusCode) || location === undefined) {
          return await answerOf(response, url, bodyLimitBytes);
        }
        await response.body.dump();
        url = nextUrl(url, [location].flat()[0] ?? "");
        if (url.origin !== source.origin) own = {};
      } catch (error) {
        throw explained(signal.aborted ? signal.reason : error, url, timeoutMs);
      }
    }
    throw new NoAnswerError(`more than ${redirects} redirects`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#public.destroy(), this.#private.destroy()]);
  }

  #send(
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
    return agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: "GET",
      signal,
      headers: { "user-agent": USER_AGENT, "accept-encoding": "gzip, br", ...headers },
    });
  }
}

async function answerOf(
  response: Dispatcher.ResponseData,
  url: URL,
  limitBytes: number,
): Promise<Answer> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) headers[name] = String(value ?? "");
  const body = await readBody(response.body, headers["content-encoding"] ?? "", limitBytes);
  return { url: url.href, httpStatus: response.statusCode, body, headers };
}

function nextUrl(from: URL, location: string): URL {
  const next = URL.parse(location, from.href);
  if (next === null) throw new NoAnswerError("a redirect leads to something that is no address");
  return next;
}
