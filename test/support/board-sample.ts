import { STATES, type State } from "../../board/reading/state.ts";
import type { BadgeRecord, BoardState } from "../../board/state/board-state.ts";
import { COLLECTED_AT, recordOf, stateOf } from "./board-state.ts";

const HOUR_MS = 3_600_000;
const COLLECTED = Date.parse(COLLECTED_AT);
const WORDS = ["build", "unit tests", "lint", "deploy", "nightly", "docs", "release", "coverage"];

/** A board of `count` tiles in groups of `perGroup`, mostly passing, with a month of histories that differ from tile to tile. */
export function largeBoard(count: number, perGroup = 20): BoardState {
  const tiles = Array.from({ length: count }, (_, at) => {
    const label = `${WORDS[at % WORDS.length]} ${Math.floor(at / WORDS.length) + 1}`;
    const badge = `https://ci-${at % 7}.example/team/repo-${at}/badge.svg`;
    return { label, badge, link: `https://ci-${at % 7}.example/team/repo-${at}`, at };
  });
  const groups = [...Map.groupBy(tiles, ({ at }) => Math.floor(at / perGroup))];
  return {
    ...stateOf({}),
    title: "Large board",
    groups: groups.map(([at, badges]) => ({
      name: `Team ${at + 1}`,
      badges: badges.map(({ label, badge, link }) => ({ label, badge, link })),
    })),
    badges: Object.fromEntries(tiles.map(({ badge, at }) => [badge, recordAt(at)])),
  };
}

/** A tenth of the tiles is in each other state in turn, the rest passes. */
function recordAt(at: number): BadgeRecord {
  const state: State =
    (at % 10 === 3 ? STATES[((at / 10 + 1) % STATES.length) | 0] : undefined) ?? "passing";
  return { ...recordOf(state), history: historyAt(at, state) };
}

function historyAt(at: number, state: State) {
  const span = (seen: State, from: number, to: number) => ({
    state: seen,
    from: new Date(COLLECTED - from * HOUR_MS).toISOString(),
    to: new Date(COLLECTED - to * HOUR_MS).toISOString(),
  });
  const [first, second] = [600 + ((at * 37) % 110), 100 + ((at * 53) % 400)];
  return [
    span("passing", first, second + 20),
    ...(at % 3 === 0 ? [span("failing", second + 19, second + 2)] : []),
    span(state, second, 0),
  ];
}
