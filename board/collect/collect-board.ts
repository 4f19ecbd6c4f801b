import { type BoardConfig, presentationOf } from "../config/config.ts";
import { openWorkflowRuns, type WorkflowRuns } from "../github/workflow-runs.ts";
import { rememberTrials } from "../resilience/remember-trials.ts";
import type {
  BadgeRecord,
  BoardState,
  CollectedResults,
  Remembered,
} from "../state/board-state.ts";
import { readState, writeState } from "../state/state-file.ts";
import type { Answers } from "./answers.ts";
import { askOnce } from "./ask-once.ts";
import { collectBadge } from "./collect-badge.ts";
import { collectResults } from "./collect-results.ts";
import type { HostMemory } from "./host.ts";
import { NetworkAnswers } from "./network-answers.ts";
import { nextRecord } from "./next-record.ts";
import { type Plan, plansOf } from "./plan.ts";
import { BADGE_LIMITS, type RequestLimits } from "./request.ts";
import { type Cause, causesOf } from "./summary.ts";
import { type Environment, isSafe, type Tokens, tokensOf } from "./tokens.ts";

export interface CollectOptions {
  readonly config: BoardConfig;
  /** state.json; read first where it exists, so that unchanged badges are not sent again. */
  readonly statePath: string;
  /** Where tokens are; none of it is kept or printed. */
  readonly environment?: Environment;
  /** Hosts that may have private addresses, beside those that the configuration allows. */
  readonly allowPrivate?: readonly string[];
  readonly limits?: RequestLimits;
  /** For the whole collection, in ms. */
  readonly budgetMs?: number;
  /** The time, in ms since 1970. */
  readonly now?: () => number;
  /** Called when a badge is done. */
  readonly progress?: (progress: Progress) => void;
  /** Asks for everything anew, whatever is remembered. */
  readonly isFresh?: boolean;
  /** What is in `statePath` is not read, and replaced. */
  readonly isFirst?: boolean;
  /** Stands between the collection and the network, for example to write down what passes. */
  readonly through?: (answers: Answers) => Answers;
  /** In the place of the network and of results files. */
  readonly replayed?: { readonly answers: Answers; readonly results: readonly CollectedResults[] };
}

export interface Progress {
  readonly done: number;
  readonly badges: number;
  readonly unread: number;
}

/** How many badges there are, and why some gave no reading this time. */
export interface CollectSummary {
  readonly badges: number;
  readonly read: number;
  readonly unread: ReadonlyArray<{ readonly badge: string; readonly reason: string }>;
  /** The same, for people: by host and reason. */
  readonly causes: readonly Cause[];
  /** Lines for a person: tokens that are missing, or not sent. */
  readonly warnings: readonly string[];
  readonly state: BoardState;
}

const BUDGET_MS = 10 * 60_000;

/**
 * Gets every badge and results file of a configuration and writes state.json. A badge that cannot be got keeps
 * its last reading, marked with the reason. Throws StateFileError, and only if state.json cannot be read or written.
 */
export async function collectBoard(options: CollectOptions): Promise<CollectSummary> {
  const {
    config,
    statePath,
    environment = {},
    now = Date.now,
    replayed,
    isFresh = false,
  } = options;
  const previous = options.isFirst === true ? undefined : await readState(statePath);
  const tokens = tokensOf(config.tokens, environment);
  const gitHub = gitHubToken(config, environment);
  const plans = plansOf(config, { previous, usesApi: gitHub.token !== undefined, isFresh });
  await using network = networkOf(options, tokens, previous);
  const source = replayed?.answers ?? network;
  const answers = options.through?.(source) ?? source;
  const runs =
    gitHub.token !== undefined && plans.some(({ workflow }) => workflow !== undefined)
      ? await openWorkflowRuns({
          api: config.github.api,
          token: gitHub.token,
          answers,
          known: isFresh ? {} : (previous?.remembered ?? {}),
        })
      : undefined;
  const [gathered, results] = await Promise.all([
    gather(plans, answers, runs, options),
    replayed?.results ?? collectResults(config.results, answers, new Date(now()).toISOString()),
  ]);
  const reports = results.flatMap(({ report }) => (report === undefined ? [] : [report]));
  const state: BoardState = {
    ...presentationOf(config),
    schemaVersion: 1,
    collectedAt: new Date(now()).toISOString(),
    badges: gathered.records,
    ...rememberedIn(gathered.remembered, runs?.learned),
    waiting: isoTimes(answers.waiting()),
    results,
    trials: rememberTrials(previous?.trials ?? [], reports),
    told: previous?.told ?? {},
  };
  await writeState(statePath, state);
  const unread = plans.flatMap(({ key, config: { badge } }) => {
    const problem = state.badges[key]?.problem;
    return problem === undefined ? [] : [{ badge, problem }];
  });
  return {
    badges: plans.length,
    read: plans.length - unread.length,
    unread: unread.map(({ badge, problem: { reason } }) => ({ badge, reason })),
    causes: causesOf(unread),
    warnings: [...tokens.warnings, ...gitHub.warnings],
    state,
  };
}

function networkOf(
  options: CollectOptions,
  tokens: Tokens,
  previous: BoardState | undefined,
): NetworkAnswers {
  const { config, allowPrivate = [], limits = BADGE_LIMITS, budgetMs = BUDGET_MS } = options;
  return new NetworkAnswers({
    allowed: new Set([...config.allowPrivate, ...allowPrivate]),
    limits,
    requestsPerHost: config.requestsPerHost,
    budgetMs,
    tokens,
    memoryOf: (host) => memoryOf(host, previous),
    now: options.now ?? Date.now,
  });
}

/** A host has been failing since the first of its badges that has. */
function memoryOf(host: string, previous: BoardState | undefined): HostMemory {
  const pausedUntil = previous?.waiting[host];
  if (previous === undefined || pausedUntil === undefined) return {};
  const since = Object.entries(previous.badges).flatMap(([key, { problem }]) =>
    problem?.isOfHost === true && URL.parse(key.split(" ")[0] ?? "")?.host === host
      ? [Date.parse(problem.since)]
      : [],
  );
  return {
    pausedUntil: Date.parse(pausedUntil),
    ...(since.length === 0 ? {} : { failingSince: Math.min(...since) }),
  };
}

interface Gathered {
  readonly records: Record<string, BadgeRecord>;
  readonly remembered: ReadonlyArray<readonly [string, Remembered]>;
}

async function gather(
  plans: readonly Plan[],
  answers: Answers,
  runs: WorkflowRuns | undefined,
  { config, now = Date.now, progress }: CollectOptions,
): Promise<Gathered> {
  const ask = askOnce(plans, answers);
  let done = 0;
  let unread = 0;
  const all = await Promise.all(
    plans.map(async (plan) => {
      const { said, remembered } = await collectBadge(plan, ask, runs);
      const at = new Date(now()).toISOString();
      const { everyMinutes, historyDays } = config;
      const record = nextRecord(plan.previous, said, { at, everyMinutes, historyDays });
      done += 1;
      if (record.problem !== undefined) unread += 1;
      progress?.({ done, badges: plans.length, unread });
      return { key: plan.key, record, remembered };
    }),
  );
  return {
    records: Object.fromEntries(all.map(({ key, record }) => [key, record])),
    remembered: all.flatMap(({ remembered }) => remembered),
  };
}

function gitHubToken({ github }: BoardConfig, environment: Environment) {
  const token = environment[github.variable]?.trim() ?? "";
  if (token === "") return { token: undefined, warnings: [] };
  if (isSafe(new URL(github.api))) return { token, warnings: [] };
  const why = `the token of ${github.variable} would travel unprotected; use https`;
  return { token: undefined, warnings: [`GitHub's API at ${github.api} is not asked: ${why}.`] };
}

/** In the order of keys, so that the file does not change when nothing did. */
function rememberedIn(
  parts: ReadonlyArray<readonly [string, Remembered]>,
  learned: ReadonlyMap<string, Remembered> = new Map(),
): Pick<BoardState, "remembered"> {
  const all = [...parts, ...learned].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return all.length === 0 ? {} : { remembered: Object.fromEntries(all) };
}

function isoTimes(times: ReadonlyMap<string, number>): Record<string, string> {
  return Object.fromEntries(
    [...times]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([host, until]) => [host, new Date(until).toISOString()]),
  );
}
