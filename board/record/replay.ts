import type { Answers, Outcome } from "../collect/answers.ts";
import { type CollectSummary, collectBoard } from "../collect/collect-board.ts";
import { type BoardConfig, DEFAULTS } from "../config/config.ts";
import type { Exchange, Recording } from "./recording.ts";

/**
 * Makes the state of a recording, without a network and at the recording's time: the same recording gives the same bytes. What was
 * in `statePath` is not read.
 */
export function replay(recording: Recording, statePath: string): Promise<CollectSummary> {
  const { github, ...rest } = recording.config;
  const config: BoardConfig = { ...DEFAULTS, ...rest, github };
  const at = Date.parse(recording.recordedAt);
  return collectBoard({
    config,
    statePath,
    environment: recording.usesApi ? { [github.variable]: "replayed" } : {},
    now: () => at,
    isFresh: true,
    isFirst: true,
    replayed: { answers: answersOf(recording), results: recording.results },
  });
}

function answersOf({ exchanges, waiting }: Recording): Answers {
  const byAddress = new Map(exchanges.map((exchange) => [exchange.address, exchange]));
  const until = Object.entries(waiting).map(([host, time]) => [host, Date.parse(time)] as const);
  return {
    waiting: () => new Map(until),
    get: async (address) => outcomeOf(byAddress.get(new URL(address).href)),
  };
}

function outcomeOf(exchange: Exchange | undefined): Outcome {
  const { answer, problem } = exchange ?? {};
  if (answer !== undefined) {
    const { isBase64 = false, body, ...rest } = answer;
    const bytes = Buffer.from(body, isBase64 ? "base64" : "utf8");
    return { kind: "answer", answer: { ...rest, body: bytes } };
  }
  const missing = { reason: "the recording holds no answer of it", isOfHost: false };
  return { kind: "none", ...(problem ?? missing) };
}
