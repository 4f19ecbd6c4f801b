import { round, svg, text, ticks } from "./svg.ts";

export interface Bar {
  label: string;
  /** 0 to 4, the same for one thing in all charts. */
  color: number;
  /** Each measurement; the bar ends at their mean. */
  values: readonly number[];
}

const LEFT = 150;
const RIGHT = 640;
const ROW = 34;

/** Horizontal bars from 0, with a dot for each measurement. */
export function barChart(options: { title: string; unit: string; bars: readonly Bar[] }): string {
  const { title, unit } = options;
  const bars = options.bars.filter(({ values }) => values.length > 0);
  const highest = Math.max(0, ...bars.flatMap(({ values }) => values));
  const x = (value: number) => LEFT + ((RIGHT - LEFT) * value) / (highest || 1);
  const bottom = 44 + bars.length * ROW;
  const axis = ticks(highest).flatMap((tick) => [
    `<line class="line" x1="${round(x(tick))}" x2="${round(x(tick))}" y1="40" y2="${bottom}"/>`,
    text({ x: x(tick), y: bottom + 16, anchor: "middle", look: "quiet small" }, String(tick)),
  ]);
  const rows = bars.map(({ label, color, values }, index) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const y = 48 + index * ROW;
    const dots = values.map(
      (value) => `<circle class="dot" cx="${round(x(value))}" cy="${y + 11}" r="3.5"/>`,
    );
    return [
      `<g class="c${color}">`,
      text({ x: LEFT - 10, y: y + 16, anchor: "end" }, label),
      `<rect class="bar" x="${LEFT}" y="${y}" width="${round(x(mean) - LEFT)}" height="22" rx="2"/>`,
      ...dots,
      text({ x: Math.max(x(mean), ...values.map(x)) + 8, y: y + 16 }, digits(mean)),
      "</g>",
    ].join("");
  });
  const foot = text({ x: RIGHT, y: bottom + 32, anchor: "end", look: "quiet small" }, unit);
  return svg({ title, height: bottom + 42, body: [...axis, ...rows, foot] });
}

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
