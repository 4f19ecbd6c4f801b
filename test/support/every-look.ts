import { STATES } from "../../board/reading/state.ts";
import type { BadgeRecord, BoardState } from "../../board/state/board-state.ts";
import { actionOf, COLLECTED_AT, recordOf, reportOf, stateOf } from "./board-state.ts";

const unread: BadgeRecord = {
  ...recordOf("passing"),
  problem: {
    since: COLLECTED_AT,
    reason: "no answer from ci.example: it refused the connection",
    isOfHost: true,
  },
};

const HOUR_MS = 3_600_000;
const at = (hours: number) => new Date(Date.parse(COLLECTED_AT) - hours * HOUR_MS).toISOString();

/** A board with every look, mark, history and banner that there is. */
export function everyLook(): BoardState {
  const states = Object.fromEntries(
    STATES.map((state) => {
      const history = [
        { state: "passing" as const, from: at(90), to: at(60) },
        { state, from: at(50), to: at(0) },
      ];
      return [`a ${state} badge`, { ...recordOf(state, `says ${state}`), history }];
    }),
  );
  return stateOf({
    ...states,
    "a doubtful badge": doubtful(),
    "an unread badge": unread,
    "a second unread badge": unread,
    "a third unread badge": unread,
    "a badge never collected": undefined,
  });
}

function doubtful(): BadgeRecord {
  const { reading, ...record } = recordOf("failing", "is in doubt");
  const conflict = "the words say failing, the colour is green";
  const doubt = { confidence: 0.4, conflict, color: "#44cc11", run: "https://ci.example/runs/7" };
  return reading === undefined ? record : { ...record, reading: { ...reading, ...doubt } };
}

/** Results of runs with every look of a fault, and a file that cannot be read. */
export const EVERY_RESULT: readonly unknown[] = [
  reportOf(
    [
      actionOf(),
      actionOf({ name: "stranger", verified: false }),
      actionOf({ name: "nothing", verdict: "NoTargets", verified: false }),
      actionOf({ name: "broken", verdict: "Failed", expected: false }),
    ],
    { outcome: "failed" },
  ),
  '{"schemaVersion":9}',
];
