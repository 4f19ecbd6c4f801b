import type { LabelAndMessage } from "../words/split-title.ts";
import { splitTitle } from "../words/split-title.ts";
import type { Svg } from "./parse-svg.ts";
import type { TextRun } from "./text-runs.ts";

/**
 * The label and the message that a badge draws: the leftmost text of the first line, and all that follows it.
 * Copies of a text at nearly the same place (shadows, blurs) count once; text outside the picture not at all.
 * Undefined where nothing is drawn as text.
 */
export function drawnWords(svg: Svg): LabelAndMessage | undefined {
  const seen = svg.runs.filter((run) => isInside(run, svg));
  const distinct = withoutCopies(seen, (svg.width ?? DEFAULT_WIDTH) / NEAR);
  const runs = linesOf(distinct, (svg.height ?? DEFAULT_HEIGHT) / 3).flatMap((line) =>
    line.sort(byPlace),
  );
  const [first, ...rest] = runs.map((run) => run.text);
  if (first === undefined) return undefined;
  if (rest.length === 0) return splitTitle(first);
  return { label: first, message: rest.join(" ") };
}

const DEFAULT_WIDTH = 100;
const DEFAULT_HEIGHT = 20;
const NEAR = 40; // a shadow is shifted by 1 in 100; label and message stand much further apart

function isInside(run: TextRun, svg: Svg): boolean {
  const isLeft = run.x !== undefined && run.x < svg.left;
  const isRight = run.x !== undefined && svg.width !== undefined && run.x > svg.left + svg.width;
  const isBelow =
    run.y !== undefined && svg.height !== undefined && run.y > svg.top + svg.height * 1.5;
  const isAbove = run.y !== undefined && run.y < svg.top;
  return !(isLeft || isRight || isBelow || isAbove);
}

/** Linear: texts are grouped by their words, and only neighbours in place are compared. */
function withoutCopies(runs: readonly TextRun[], near: number): TextRun[] {
  const places = new Map<string, Array<number | undefined>>();
  return runs.filter((run) => {
    const known = places.get(run.text) ?? [];
    const last = known.at(-1);
    const isCopy =
      known.length > 0 &&
      (last === undefined || run.x === undefined || Math.abs(last - run.x) <= near);
    if (!isCopy) places.set(run.text, [...known.slice(-1), run.x]);
    return !isCopy;
  });
}

/** Left to right where both places are known; `sort` keeps document order otherwise. */
function byPlace(one: TextRun, other: TextRun): number {
  return one.x === undefined || other.x === undefined ? 0 : one.x - other.x;
}

/** The texts by line, from the top down; texts whose height is not known stand on the first. */
function linesOf(runs: readonly TextRun[], lineHeight: number): TextRun[][] {
  const placed = runs
    .filter((run) => run.y !== undefined)
    .sort((one, other) => (one.y ?? 0) - (other.y ?? 0));
  const lines: TextRun[][] = [];
  let top = Number.NEGATIVE_INFINITY;
  for (const run of placed) {
    const y = run.y ?? 0;
    if (y - top > lineHeight || lines.length === 0) {
      lines.push([]);
      top = y;
    }
    lines.at(-1)?.push(run);
  }
  const unplaced = runs.filter((run) => run.y === undefined);
  const [first = [], ...others] = lines;
  // In document order, so that a line whose places are unknown reads as it was written.
  const whole =
    unplaced.length === 0
      ? first
      : runs.filter((run) => run.y === undefined || first.includes(run));
  return [whole, ...others];
}
