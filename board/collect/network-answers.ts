import { PrivateAddressError } from "./addresses.ts";
import type { Answers, AskHow, NoOutcome, Outcome } from "./answers.ts";
import { Host, type HostMemory } from "./host.ts";
import { NoAnswerError } from "./no-answer.ts";
import { type Answer, BADGE_LIMITS, Client, type RequestLimits } from "./request.ts";
import type { Tokens } from "./tokens.ts";

export interface NetworkOptions {
  readonly allowed: ReadonlySet<string>;
  readonly limits?: RequestLimits;
  readonly requestsPerHost: number;
  /** For all requests together, in ms. What has not begun by then is not asked. */
  readonly budgetMs: number;
  readonly tokens: Tokens;
  /** What earlier collections know of a host. */
  readonly memoryOf: (host: string) => HostMemory;
  readonly now: () => number;
}

/** Answers from the network, politely: see Host. A token goes to its own host alone, and an answer that repeats it is dropped. */
export class NetworkAnswers implements Answers, AsyncDisposable {
  readonly #options: NetworkOptions;
  readonly #limits: RequestLimits;
  readonly #client: Client;
  readonly #hosts = new Map<string, Host>();
  readonly #endsAt: number;

  constructor(options: NetworkOptions) {
    const { allowed, limits = BADGE_LIMITS, requestsPerHost, budgetMs } = options;
    this.#options = options;
    this.#limits = limits;
    this.#client = new Client(allowed, limits, {
      connections: requestsPerHost,
      beforeHop: ({ host }) => {
        const refusal = this.#hosts.get(host)?.refusal(options.now());
        if (refusal !== undefined)
          throw new NoAnswerError(`it leads to a host that is left alone: ${refusal.reason}`);
      },
    });
    this.#endsAt = performance.now() + budgetMs;
  }

  async get(address: string, how: AskHow = {}): Promise<Outcome> {
    const url = new URL(address);
    const host = this.#hostOf(url.host);
    await host.enter();
    try {
      const refusal = host.refusal(this.#options.now()) ?? this.#late();
      if (refusal !== undefined) return refusal;
      return await this.#ask(url, how, host);
    } finally {
      host.leave();
    }
  }

  waiting(): ReadonlyMap<string, number> {
    const now = this.#options.now();
    const paused = [...this.#hosts].map(([name, host]) => [name, host.pausedUntil] as const);
    return new Map(paused.filter(([, until]) => until > now));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }

  #hostOf(name: string): Host {
    const known = this.#hosts.get(name);
    if (known !== undefined) return known;
    const host = new Host(this.#options.requestsPerHost, this.#options.memoryOf(name));
    this.#hosts.set(name, host);
    return host;
  }

  #late(): NoOutcome | undefined {
    if (performance.now() < this.#endsAt) return undefined;
    const minutes = Math.round(this.#options.budgetMs / 6_000) / 10;
    const reason = `the ${minutes} minutes of the whole collection were over before its turn`;
    return { kind: "none", reason, isOfHost: false };
  }

  async #ask(url: URL, { headers = {}, bodyLimitBytes }: AskHow, host: Host): Promise<Outcome> {
    const { timeoutMs } = this.#limits;
    const limits = {
      timeoutMs: Math.min(timeoutMs, this.#endsAt - performance.now()),
      ...(bodyLimitBytes === undefined ? {} : { bodyLimitBytes }),
    };
    try {
      const own = { ...this.#options.tokens.headersFor(url), ...headers };
      const answer = await this.#client.get(url, own, limits);
      const isSame = answer.url === url.href;
      this.#note(url, host, isSame ? url.host : new URL(answer.url).host, {
        kind: "answer",
        answer,
      });
      return this.#repeatsSecret(url, answer)
        ? { kind: "none", reason: "its answer repeats a token", isOfHost: false }
        : { kind: "answer", answer };
    } catch (error) {
      if (!(error instanceof NoAnswerError || error instanceof PrivateAddressError)) throw error;
      const ofHost = error instanceof NoAnswerError ? error.ofHost : undefined;
      const none = { kind: "none", reason: error.message, isOfHost: ofHost !== undefined } as const;
      this.#note(url, host, ofHost ?? url.host, none);
      return { ...none, isOfHost: ofHost === url.host };
    }
  }

  /** Tells the host that an outcome is of, which a redirect may have led to. */
  #note(asked: URL, host: Host, blamed: string, outcome: Outcome): void {
    const now = this.#options.now();
    if (blamed === asked.host) {
      host.note(outcome, now);
      return;
    }
    host.works();
    this.#hostOf(blamed).note(outcome, now);
  }

  #repeatsSecret(asked: URL, { headers, body }: Answer): boolean {
    const secrets = [...this.#options.tokens.secrets, ...secretsIn(asked)];
    if (secrets.length === 0) return false;
    const texts = [...Object.values(headers), Buffer.from(body).toString("latin1")];
    return secrets.some((secret) => texts.some((text) => text.includes(secret)));
  }
}

const SECRET_NAME = /token|secret|password|auth|key$|^sig/iu;
const SHORTEST_SECRET = 8; // characters; "main" may stand in a badge

/** What in an address's query is a secret by its name: CircleCI's, Quay's and Codecov's badges have tokens there. */
function secretsIn({ searchParams }: URL): string[] {
  return [...searchParams]
    .filter(([name, value]) => SECRET_NAME.test(name) && value.length >= SHORTEST_SECRET)
    .map(([, value]) => value);
}
