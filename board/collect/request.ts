import { Agent } from "undici";
import { BODY_LIMIT_BYTES } from "../reading/read-badge.ts";
import { type AllowedPrivate, isAllowed, publicLookup, refusePrivateLiteral } from "./addresses.ts";
import { unpacked } from "./body.ts";
import { type ExchangeHow, exchange, type Sent } from "./exchange.ts";
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

export interface ClientHow {
  /** To one origin at the same time. */
  readonly connections?: number;
  readonly beforeHop?: (url: URL) => void;
}

const USER_AGENT = "pystol-board (reads status badges; +https://pystol.org)";
const HEADERS_LIMIT_BYTES = 32 * 1024;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Sends GET requests for badges over kept-alive connections; disposing of it ends them. */
export class Client implements AsyncDisposable {
  readonly #allowed: AllowedPrivate;
  readonly #limits: RequestLimits;
  readonly #beforeHop: (url: URL) => void;
  readonly #public: Agent;
  readonly #private: Agent;

  /** `beforeHop` may throw NoAnswerError to forbid a redirect. */
  constructor(
    allowed: AllowedPrivate,
    limits: RequestLimits = BADGE_LIMITS,
    { connections = 4, beforeHop = () => undefined }: ClientHow = {},
  ) {
    const options = {
      connections,
      pipelining: 1,
      maxHeaderSize: HEADERS_LIMIT_BYTES,
      allowH2: false,
    };
    const connect = { timeout: limits.timeoutMs };
    this.#allowed = allowed;
    this.#limits = limits;
    this.#beforeHop = beforeHop;
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
    const endsAt = performance.now() + timeoutMs;
    let url = source;
    let own = headers;
    for (let hop = 0; hop <= redirects; hop += 1) {
      try {
        const sent = await this.#send(url, { headers: own, bodyLimitBytes, endsAt });
        const { location } = sent.headers;
        if (!REDIRECTS.has(sent.httpStatus) || location === undefined) {
          const encoding = sent.headers["content-encoding"] ?? "";
          return {
            ...sent,
            url: url.href,
            body: await unpacked(sent.body, encoding, bodyLimitBytes),
          };
        }
        url = nextUrl(url, location);
        if (url.origin !== source.origin) own = {};
        this.#beforeHop(url);
      } catch (error) {
        throw explained(error, url, timeoutMs);
      }
    }
    throw new NoAnswerError(`more than ${redirects} redirects`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#public.destroy(), this.#private.destroy()]);
  }

  async #send(url: URL, how: ExchangeHow): Promise<Sent> {
    if (url.protocol !== "http:" && url.protocol !== "https:") {
      throw new NoAnswerError(
        `the address begins with "${url.protocol}", expected http: or https:`,
      );
    }
    refusePrivateLiteral(url, this.#allowed);
    const agent = isAllowed(url, this.#allowed) ? this.#private : this.#public;
    const headers = { "user-agent": USER_AGENT, "accept-encoding": "gzip, br", ...how.headers };
    return await exchange(agent, url, { ...how, headers });
  }
}

function nextUrl(from: URL, location: string): URL {
  const next = URL.parse(location, from.href);
  if (next === null) throw new NoAnswerError("a redirect leads to something that is no address");
  return next;
}
