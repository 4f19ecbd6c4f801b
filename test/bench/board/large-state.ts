import { DEFAULTS, presentationOf } from "../../../board/config/config.ts";
import { STATES, type State } from "../../../board/reading/state.ts";
import type { BadgeRecord, BoardState } from "../../../board/state/board-state.ts";

const COLLECTED = Date.parse("2026-11-23T08:00:00.000Z");
const HOUR_MS = 3_600_000;
const IN_A_GROUP = 50;
/** Mostly green, as boards are; every state is there. */
const MIX: readonly State[] = [...Array.from({ length: 12 }, () => "passing" as const), ...STATES];

/** A collected state of so many badges on 40 hosts, in groups of 50, with a history of up to 20 spans each. */
export function largeState(badges: number): BoardState {
  const all = Array.from({ length: badges }, (_, index) => ({
    label: `service-${index} / build and test`,
    badge: `https://ci-${index % 40}.example/projects/${index}/badge.svg?branch=main`,
    link: `https://ci-${index % 40}.example/projects/${index}`,
  }));
  const groups = Array.from({ length: Math.ceil(badges / IN_A_GROUP) }, (_, index) => ({
    name: `Team ${index + 1}`,
    badges: all.slice(index * IN_A_GROUP, (index + 1) * IN_A_GROUP),
  }));
  return {
    ...presentationOf(DEFAULTS),
    title: "A large board",
    groups,
    schemaVersion: 1,
    collectedAt: isoAt(0),
    badges: Object.fromEntries(all.map(({ badge }, index) => [badge, recordOf(index)])),
    waiting: {},
    results: [],
    trials: [],
    told: {},
  };
}

function recordOf(index: number): BadgeRecord {
  const state = MIX[(index * 7) % MIX.length] ?? "unknown";
  const spans = 1 + (index % 20);
  const history = Array.from({ length: spans }, (_, at) => {
    const back = (spans - at) * 9;
    const isLast = at === spans - 1;
    const was: State = isLast ? state : at % 2 === 0 ? "passing" : "failing";
    return { state: was, from: isoAt(back), to: isLast ? isoAt(0) : isoAt(back - 7) };
  });
  const reading = {
    ...{ state, label: "build", message: state, rule: `text: the word "${state}"`, confidence: 1 },
    ...{ color: "#44cc11", readAt: isoAt(0), since: history.at(-1)?.from ?? isoAt(0) },
  };
  const record: BadgeRecord = { reading, history, inARow: 3, readerVersion: 1 };
  if (index % 40 !== 39) return record;
  const reason = `no answer from ci-39.example: it refused the connection`;
  return { ...record, problem: { since: isoAt(3), reason, isOfHost: true } };
}

function isoAt(hoursBack: number): string {
  return new Date(COLLECTED - hoursBack * HOUR_MS).toISOString();
}
