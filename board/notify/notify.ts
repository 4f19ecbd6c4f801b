import type { BoardConfig, NotifyConfig } from "../config/config.ts";
import type { BoardState } from "../state/board-state.ts";
import { readState, StateFileError, writeState } from "../state/state-file.ts";
import { type Change, changesFor, withTold } from "./changes.ts";
import { type Digest, digestOf, plainLine } from "./digest.ts";
import { tellByIssue } from "./github-issue.ts";
import type { Message } from "./message.ts";
import { ntfyMessage } from "./ntfy.ts";
import { NotToldError, POST_LIMITS, type PostLimits, post } from "./post.ts";
import { slackMessage } from "./slack.ts";
import { teamsMessage } from "./teams.ts";
import { webhookMessage } from "./webhook.ts";

export interface NotifyOptions {
  readonly config: BoardConfig;
  readonly statePath: string;
  /** Holds the addresses and tokens, by the names in the configuration. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Tells nobody and keeps nothing. */
  readonly isDryRun: boolean;
  /** ms since 1970. */
  readonly now: number;
  readonly limits?: PostLimits;
}

/** What became of one notification, in sentences without any address. */
export interface NotifyOutcome {
  readonly isTold: boolean;
  readonly text: string;
}

const HOUR_MS = 3_600_000;

/**
 * Tells everybody who is to be told what changed since they were told last, each in one message. What was told is kept in the state
 * after each of them: whoever could not be told is told next time, and a crash in between tells one of them twice, but nobody
 * never. Throws StateFileError, also for a state that is too old to tell anything of.
 */
export async function notify(options: NotifyOptions): Promise<NotifyOutcome[]> {
  const { config, statePath, isDryRun, now } = options;
  const state = await readState(statePath);
  if (state === undefined) {
    throw new StateFileError(`There is no ${statePath}. Run "npm run board -- collect" first.`);
  }
  if (now - Date.parse(state.collectedAt) > state.staleAfterHours * HOUR_MS) {
    const age = `${statePath} was collected at ${state.collectedAt}, more than ${state.staleAfterHours} hours ago`;
    throw new StateFileError(`${age}; nobody is told. Run "npm run board -- collect" first.`);
  }
  const outcomes: NotifyOutcome[] = [];
  for (const notification of config.notify) {
    const { changes, told, isAnyBad } = changesFor(notification, state);
    const digest = digestOf(state, changes);
    if (isDryRun) {
      outcomes.push({ isTold: true, text: preview(notification, digest) });
      continue;
    }
    const outcome = await tell(notification, { digest, changes, isAnyBad }, options);
    if (outcome.isTold) await keep(statePath, notification, told);
    outcomes.push(outcome);
  }
  return outcomes;
}

interface News {
  readonly digest: Digest;
  readonly changes: readonly Change[];
  readonly isAnyBad: boolean;
}

async function tell(
  notification: NotifyConfig,
  news: News,
  options: NotifyOptions,
): Promise<NotifyOutcome> {
  const name = nameOf(notification);
  if (news.changes.length === 0) return { isTold: true, text: `${name}: nothing to tell` };
  try {
    await send(notification, news, options);
    return { isTold: true, text: `${name}: told ${news.digest.headline}` };
  } catch (error) {
    if (!(error instanceof NotToldError)) throw error;
    const text = `${name}: not told ${news.digest.headline}, ${error.message}; the next run tries again`;
    return { isTold: false, text };
  }
}

async function send(
  notification: NotifyConfig,
  { digest, changes, isAnyBad }: News,
  { config, environment, limits = POST_LIMITS }: NotifyOptions,
): Promise<void> {
  const { kind, variable, repository = "" } = notification;
  const value = environment[variable]?.trim() ?? "";
  if (value === "") throw new NotToldError(`the environment variable ${variable} is not set`);
  if (kind === "github-issue") {
    const apiUrl = config.github.api;
    await tellByIssue({ token: value, repository, apiUrl, digest, isAnyBad });
    return;
  }
  if (!/^https?:\/\//iu.test(value) || !URL.canParse(value)) {
    throw new NotToldError(`the environment variable ${variable} holds no http(s) address`);
  }
  await post(value, messageOf(kind, digest, changes), limits);
}

function messageOf(
  kind: Exclude<NotifyConfig["kind"], "github-issue">,
  digest: Digest,
  changes: readonly Change[],
): Message {
  switch (kind) {
    case "webhook":
      return webhookMessage(digest, changes);
    case "slack":
      return slackMessage(digest);
    case "teams":
      return teamsMessage(digest);
    case "ntfy":
      return ntfyMessage(digest);
  }
}

/** The file may have been written anew meanwhile; only what was told is changed in it. */
async function keep(
  path: string,
  notification: NotifyConfig,
  told: BoardState["told"],
): Promise<void> {
  const state = await readState(path);
  if (state === undefined) return;
  await writeState(path, { ...state, told: withTold(state.told, notification, told) });
}

function preview(notification: NotifyConfig, { headline, lines, more }: Digest): string {
  const name = nameOf(notification);
  if (lines.length === 0) return `${name}: nothing to tell`;
  const rest = more === 0 ? [] : [`and ${more} more`];
  const all = [...lines.map(plainLine), ...rest].map((line) => `  ${line}`);
  return [`${name}: would tell ${headline}`, ...all].join("\n");
}

function nameOf({ kind, variable, repository }: NotifyConfig): string {
  return `${kind} (${repository ?? variable})`;
}
