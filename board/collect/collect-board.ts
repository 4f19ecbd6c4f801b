import { type BoardConfig, presentationOf } from "../config/config.ts";
import { loadReport } from "../results/load-report.ts";
import { parseReport, REPORT_LIMIT_BYTES } from "../results/parse-report.ts";
import type { BadgeRecord, BoardState, CollectedResults } from "../state/board-state.ts";
import { readState, writeState } from "../state/state-file.ts";
import { inLanes } from "./lanes.ts";
import { nextRecord, type Outcome, validatorsOf } from "./next-record.ts";
import { type Answer, BADGE_LIMITS, Client, type RequestLimits } from "./request.ts";
import { leaveAloneUntil } from "./retry-after.ts";

export interface CollectOptions {
  readonly config: BoardConfig;
  /** state.json; read first where it exists, so that unchanged badges are not sent again. */
  readonly statePath: string;
  /** Hosts that may have private addresses, beside those that the configuration allows. */
  readonly allowPrivate?: readonly string[];
  readonly limits?: RequestLimits;
  /** The time, in ms since 1970; for tests. */
  readonly now?: () => number;
}

/** How many badges there are, and which gave no reading this time. */
export interface CollectSummary {
  readonly badges: number;
  readonly unread: ReadonlyArray<{ readonly badge: string; readonly reason: string }>;
}

const REQUESTS_PER_HOST = 4;

/**
 * Gets every badge and results file of a configuration and writes state.json. A badge that cannot be got keeps
 * its last reading, marked with the reason. Throws only if state.json cannot be read or written.
 */
export async function collectBoard(options: CollectOptions): Promise<CollectSummary> {
  const { config, statePath, limits = BADGE_LIMITS, now = Date.now } = options;
  const previous = await readState(statePath);
  const allowed = new Set([...config.allowPrivate, ...(options.allowPrivate ?? [])]);
  await using client = new Client(allowed, limits);
  await using reports = new Client(allowed, { ...limits, bodyLimitBytes: REPORT_LIMIT_BYTES });
  const waiting = stillWaiting(previous?.waiting ?? {}, now());
  const badges: Record<string, BadgeRecord> = {};
  const addresses = new Set(
    config.groups.flatMap((group) => group.badges.map(({ badge }) => badge)),
  );
  await inLanes([...addresses], hostOf, REQUESTS_PER_HOST, async (address) => {
    const known = previous?.badges[address];
    const outcome = await attempt(client, address, known, waiting, now);
    badges[address] = nextRecord(known, outcome, new Date(now()).toISOString());
  });
  const results = await Promise.all(
    config.results.map((source) => collectResults(reports, source, now)),
  );
  const collectedAt = new Date(now()).toISOString();
  await writeState(statePath, {
    ...presentationOf(config),
    schemaVersion: 1,
    collectedAt,
    badges: inOrder(badges, addresses),
    waiting: Object.fromEntries(
      [...waiting].map(([host, until]) => [host, new Date(until).toISOString()]),
    ),
    results,
    trials: previous?.trials ?? [],
    told: previous?.told ?? {},
  } satisfies BoardState);
  return { badges: addresses.size, unread: unreadOf(badges) };
}

async function attempt(
  client: Client,
  address: string,
  known: BadgeRecord | undefined,
  waiting: Map<string, number>,
  now: () => number,
): Promise<Outcome> {
  const host = hostOf(address);
  const until = waiting.get(host);
  if (until !== undefined && until > now()) {
    const time = new Date(until).toISOString().slice(0, 16).replace("T", " ");
    return { kind: "none", reason: `${host} asked not to be called before ${time} UTC` };
  }
  try {
    const answer = await client.get(new URL(address), validatorsOf(known));
    const pause = leaveAloneUntil(answer.httpStatus, answer.headers["retry-after"], now());
    if (pause !== undefined) waiting.set(host, pause);
    return { kind: "answer", answer };
  } catch (error) {
    return { kind: "none", reason: sentenceOf(error) };
  }
}

async function collectResults(
  client: Client,
  source: string,
  now: () => number,
): Promise<CollectedResults> {
  const readAt = new Date(now()).toISOString();
  if (!/^https?:\/\//iu.test(source)) return { ...(await loadReport(source)), readAt };
  try {
    const answer = await client.get(new URL(source));
    return { source, readAt, report: parseReport(bodyOf(answer)) };
  } catch (error) {
    return { source, readAt, problem: sentenceOf(error) };
  }
}

function bodyOf({ httpStatus, body }: Answer): string {
  if (httpStatus !== 200) throw new Error(`the server answered ${httpStatus}`);
  return new TextDecoder().decode(body);
}

function stillWaiting(waiting: Readonly<Record<string, string>>, now: number): Map<string, number> {
  const times = Object.entries(waiting).map(([host, until]) => [host, Date.parse(until)] as const);
  return new Map(times.filter(([, until]) => until > now));
}

function unreadOf(badges: Readonly<Record<string, BadgeRecord>>): CollectSummary["unread"] {
  return Object.entries(badges).flatMap(([badge, { problem }]) =>
    problem === undefined ? [] : [{ badge, reason: problem.reason }],
  );
}

/** The records in the order of the configuration, so that the file does not change when nothing did. */
function inOrder<T>(
  records: Readonly<Record<string, T>>,
  keys: Iterable<string>,
): Record<string, T> {
  const entries = [...keys].map((key) => [key, records[key]] as const);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, T] => entry[1] !== undefined),
  );
}

const hostOf = (address: string) => new URL(address).host;
const sentenceOf = (error: unknown) =>
  error instanceof Error ? error.message : "the request failed";
