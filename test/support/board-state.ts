import { DEFAULTS, presentationOf } from "../../board/config/config.ts";
import type { State } from "../../board/reading/state.ts";
import type { Report, ReportedAction } from "../../board/results/report.ts";
import type { BadgeRecord, BoardState } from "../../board/state/board-state.ts";

export const COLLECTED_AT = "2026-11-23T08:00:00.000Z";

/** A record with a fresh reading. */
export function recordOf(state: State, message: string = state): BadgeRecord {
  const rule = `text: the word "${message}"`;
  const times = { readAt: COLLECTED_AT, since: COLLECTED_AT };
  return {
    reading: { state, label: "build", message, rule, confidence: 1, ...times },
    readerVersion: 1,
  };
}

/** A state with one group, of badges named by their labels; a label without a record was never collected. */
export function stateOf(badges: Readonly<Record<string, BadgeRecord | undefined>>): BoardState {
  const entries = Object.entries(badges);
  const address = (label: string) =>
    `https://ci.example/${encodeURIComponent(label)}.svg?token=s3cret`;
  const records = entries.filter((entry): entry is [string, BadgeRecord] => entry[1] !== undefined);
  return {
    ...presentationOf(DEFAULTS),
    schemaVersion: 1,
    title: "Board",
    collectedAt: COLLECTED_AT,
    groups: [
      { name: "Shop", badges: entries.map(([label]) => ({ label, badge: address(label) })) },
    ],
    badges: Object.fromEntries(records.map(([label, record]) => [address(label), record])),
    waiting: {},
    results: [],
    trials: [],
    told: {},
  };
}

/** One action of a run that passed with evidence, but for what is given. */
export function actionOf(parts: Partial<ReportedAction> = {}): ReportedAction {
  return {
    namespace: "shop",
    name: "kill-web",
    role: "pystol.actions.killpods",
    verdict: "Passed",
    expected: true,
    verified: true,
    message: "2 pods are gone.",
    startTime: "2026-11-23T08:00:00Z",
    injectedTime: "2026-11-23T08:00:04Z",
    recoveredTime: "2026-11-23T08:01:14Z",
    completionTime: "2026-11-23T08:01:20Z",
    targets: [
      {
        kind: "Pod",
        namespace: "shop",
        name: "web-1",
        uid: "u1",
        outcome: "Gone",
        evidence: { ms: 2 },
      },
    ],
    ...parts,
  };
}

/** A report of some actions. */
export function reportOf(actions: readonly ReportedAction[], parts: Partial<Report> = {}): Report {
  const times = { startTime: "2026-11-23T08:00:00Z", completionTime: "2026-11-23T10:10:00Z" };
  return { schemaVersion: 1, outcome: "passed", ...times, actions, ...parts };
}
