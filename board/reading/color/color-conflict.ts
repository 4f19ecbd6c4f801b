import type { Draft } from "../draft.ts";
import { CONFIDENCE } from "../finding.ts";
import type { State } from "../state.ts";
import { parseColor, type Tone, toneOf } from "./parse-color.ts";

/** Colours on which a state's word is out of place. Other pairs are one service's taste or another's. */
const OUT_OF_PLACE: Readonly<Partial<Record<State, readonly Tone[]>>> = {
  passing: ["red"],
  failing: ["green"],
  warning: ["green"],
  cancelled: ["green"],
  unknown: ["green"],
};

interface Habit {
  readonly state: State;
  readonly color: string;
}

/** Says where a badge's words do not go with its colour, but for what its service is known for. */
export function colorConflict(
  { finding, color, fills }: Draft,
  habits: readonly Habit[],
): string | undefined {
  const { state, confidence } = finding;
  // What was read from colours, not read at all, or is in doubt already, contradicts nothing.
  if (color === undefined || fills !== undefined || confidence <= CONFIDENCE.doubt)
    return undefined;
  // A share may be painted by limits of its own.
  if (state === "warning" && confidence === CONFIDENCE.number) return undefined;
  if (habits.some((habit) => habit.state === state && habit.color === color)) return undefined;
  const parsed = parseColor(color);
  const tone = parsed && toneOf(parsed);
  if (tone === undefined || OUT_OF_PLACE[state]?.includes(tone) !== true) return undefined;
  return `${state} (${finding.rule}) on ${tone} (${color})`;
}
