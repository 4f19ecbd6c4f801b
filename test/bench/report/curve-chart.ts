import { round, svg, text, ticks } from "./svg.ts";

export interface Curve {
  label: string;
  color: number;
  values: readonly number[];
}

const [LEFT, RIGHT, TOP, BOTTOM] = [56, 700, 44, 300];
const POINTS = 200;

/** For each curve the part of its values that is at most x: the lower a curve's x, the faster. */
export function curveChart(options: {
  title: string;
  unit: string;
  curves: readonly Curve[];
}): string {
  const curves = options.curves.filter(({ values }) => values.length > 0);
  const highest = Math.max(0, ...curves.flatMap(({ values }) => values));
  const x = (value: number) => LEFT + ((RIGHT - LEFT) * value) / (highest || 1);
  const y = (part: number) => BOTTOM - (BOTTOM - TOP) * part;
  const axis = ticks(highest).map((tick) =>
    text({ x: x(tick), y: BOTTOM + 16, anchor: "middle", look: "quiet small" }, String(tick)),
  );
  const grid = [0, 0.5, 0.99].flatMap((part) => [
    `<line class="line" x1="${LEFT}" x2="${RIGHT}" y1="${round(y(part))}" y2="${round(y(part))}"/>`,
    text({ x: LEFT - 8, y: y(part) + 4, anchor: "end", look: "quiet small" }, `${part * 100} %`),
  ]);
  const lines = curves.map(({ color, values }) => {
    const sorted = values.toSorted((a, b) => a - b);
    const points = Array.from({ length: POINTS + 1 }, (_, index) => {
      const part = index / POINTS;
      const value = sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
      return `${round(x(value))},${round(y(part))}`;
    });
    return `<g class="c${color}"><polyline class="curve" points="${points.join(" ")}"/></g>`;
  });
  const legend = curves.map(({ label, color }, index) => {
    const at = { x: LEFT + index * 125, y: BOTTOM + 40, look: "name" };
    return `<g class="c${color}">${text(at, label)}</g>`;
  });
  const foot = text({ x: RIGHT, y: BOTTOM + 60, anchor: "end", look: "quiet small" }, options.unit);
  const body = [...grid, ...axis, ...lines, ...legend, foot];
  return svg({ title: options.title, height: BOTTOM + 74, body });
}
