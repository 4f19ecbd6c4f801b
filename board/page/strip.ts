import type { StripPart } from "../history/summary.ts";
import type { State } from "../reading/state.ts";

/** Units that a strip is wide: about the pixels that a tile gives it. */
const WIDTH = 200;

/**
 * A history as SVG: one path a state, drawn at a height of its own (css/tiles.css). Where nobody looked nothing is drawn, and the
 * hatched ground shows. What was seen once only has no length and is a stroke of one unit.
 */
export function stripSvg(parts: readonly StripPart[]): string {
  const paths = new Map<State, { d: string; pen: number }>();
  for (const { state, from, to } of parts) {
    if (state === undefined) continue;
    const begin = Math.min(WIDTH - 1, Math.round(from * WIDTH));
    const length = Math.max(1, Math.round(to * WIDTH) - begin);
    const path = paths.get(state);
    const move = path === undefined ? `M${begin} 6` : `m${begin - path.pen} 0`;
    paths.set(state, { d: `${path?.d ?? ""}${move}h${length}`, pen: begin + length });
  }
  if (paths.size === 0) return "";
  const drawn = [...paths].map(([state, { d }]) => `<path data-look="${state}" d="${d}"/>`);
  return `<svg class="strip" viewBox="0 0 ${WIDTH} 12" preserveAspectRatio="none" aria-hidden="true">${drawn.join("")}</svg>`;
}
