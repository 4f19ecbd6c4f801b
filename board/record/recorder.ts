import { isUtf8 } from "node:buffer";
import { basename } from "node:path";
import type { Answers, AskHow, Outcome } from "../collect/answers.ts";
import type { CollectSummary } from "../collect/collect-board.ts";
import type { Answer } from "../collect/request.ts";
import type { BoardConfig } from "../config/config.ts";
import { usedOf } from "../github/runs.ts";
import type { CollectedResults } from "../state/board-state.ts";
import type { Exchange, Recording } from "./recording.ts";
import { Redactor } from "./redact.ts";

/** The headers from which something is read; others may hold cookies and names of machines. */
const KEPT_HEADERS = new Set([
  ...["content-type", "content-disposition", "etag", "last-modified", "retry-after"],
  ...["x-ratelimit-remaining", "x-ratelimit-reset"],
]);

/** Writes down what passes between a collection and the network. */
export class Recorder {
  readonly #config: BoardConfig;
  readonly #redactor: Redactor;
  readonly #exchanges: Array<Exchange & { readonly asked: string }> = [];

  constructor(config: BoardConfig, secrets: readonly string[]) {
    this.#config = config;
    this.#redactor = new Redactor(secrets);
  }

  /** The same answers, written down. */
  through(answers: Answers): Answers {
    return {
      waiting: () => answers.waiting(),
      get: async (address: string, how?: AskHow) => {
        const outcome = await answers.get(address, how);
        this.#exchanges.push({ asked: address, ...this.#exchangeOf(address, outcome) });
        return outcome;
      },
    };
  }

  /** What was written down, after the collection that it went through. The order does not depend on who answered first. */
  recording({ state }: CollectSummary, usesApi: boolean): Recording {
    const results = state.results.map((result) => this.#resultsOf(result));
    const fetched = new Set(state.results.map(({ source }) => source));
    const recording: Recording = {
      pystolRecording: 1,
      recordedAt: state.collectedAt,
      usesApi,
      config: this.#configOf(),
      waiting: state.waiting,
      exchanges: this.#exchanges
        .filter(({ asked }) => !fetched.has(asked))
        .map(({ asked: _asked, ...exchange }) => exchange)
        .toSorted((one, other) => (one.address < other.address ? -1 : 1)),
      results,
    };
    const redacted = (_name: string, value: unknown) =>
      typeof value === "string" ? this.#redactor.text(value) : value;
    return JSON.parse(JSON.stringify(recording), redacted);
  }

  #exchangeOf(asked: string, outcome: Outcome): Exchange {
    const address = this.#redactor.address(asked);
    if (outcome.kind === "answer")
      return { address, answer: this.#answerOf(asked, outcome.answer) };
    const { kind: _kind, ...problem } = outcome;
    return { address, problem };
  }

  #answerOf(
    asked: string,
    { url, httpStatus, headers, body }: Answer,
  ): Required<Exchange>["answer"] {
    const isText = isUtf8(body);
    const text = Buffer.from(body).toString(isText ? "utf8" : "base64");
    return {
      url: this.#redactor.address(url),
      httpStatus,
      headers: Object.fromEntries(
        Object.entries(headers).filter(([name]) => KEPT_HEADERS.has(name)),
      ),
      body: this.#isOfApi(asked) ? usedPart(text) : text,
      ...(isText ? {} : { isBase64: true }),
    };
  }

  #isOfApi(address: string): boolean {
    const { api } = this.#config.github;
    return address.startsWith(`${api.replace(/\/$/u, "")}/repos/`);
  }

  #configOf(): Recording["config"] {
    const { tokens: _tokens, notify: _notify, results: _results, ...config } = this.#config;
    const { allowPrivate: _allowed, groups, widgets, site, ...kept } = config;
    const redact = (address: string) => this.#redactor.address(address);
    return {
      ...kept,
      ...(site === undefined ? {} : { site: redact(site) }),
      widgets: widgets.filter(({ kind }) => kind !== "picture"), // a file of this machine
      groups: groups.map((group) => ({
        ...group,
        badges: group.badges.map(({ badge, link, twin, ...rest }) => ({
          ...rest,
          badge: redact(badge),
          ...(link === undefined ? {} : { link: redact(link) }),
          ...(twin === undefined ? {} : { twin: redact(twin) }),
        })),
      })),
    };
  }

  #resultsOf(result: CollectedResults): CollectedResults {
    const isAddress = /^https?:\/\//iu.test(result.source);
    const source = isAddress ? this.#redactor.address(result.source) : basename(result.source);
    const { report } = result;
    if (typeof report?.run !== "string") return { ...result, source };
    return { ...result, source, report: { ...report, run: this.#redactor.address(report.run) } };
  }
}

/** What the board uses of GitHub's answer: the rest holds people's names and addresses. */
function usedPart(text: string): string {
  try {
    return JSON.stringify(usedOf(JSON.parse(text)));
  } catch {
    return ""; // not JSON, so nothing of it is used
  }
}
