import type { CollectionFigures, Spread } from "../board/collection.ts";
import type { PageFigures } from "../board/page-weight.ts";
import { quantile } from "../statistics.ts";
import { barChart } from "./bar-chart.ts";

/** What `npm run bench -- board` has measured. */
export interface BoardFigures {
  readonly collection: CollectionFigures;
  readonly badges: number;
  /** Seconds of the command `build`, by the number of tiles. */
  readonly builds: ReadonlyArray<{ readonly tiles: number; readonly seconds: readonly number[] }>;
  /** Badges read in a second. */
  readonly inference: Spread;
  readonly page: PageFigures;
}

/** Bytes that a browser loads for two others' pages, gzipped, counted from their sources. */
const OTHERS = [
  {
    name: "the original badgeboard at 82ecf40",
    bytes: 89_000,
    note: "own files, without its 14 badges and jQuery",
  },
  { name: "Gatus at 08c4635", bytes: 182_010, note: "without the data, which its script asks for" },
];
const GOALS: Readonly<Record<number, number>> = { 1000: 2, 10000: 15 };

/** The section on the badgeboard as Markdown: medians with their extremes. */
export function boardSection(
  figures: BoardFigures,
  about: { command: string; commit: string; machine: string; startedAt: string },
): string {
  const { collection, page } = figures;
  const { ratio, second } = collection;
  const allUnchanged = second.unchanged === figures.badges && second.bodyBytes === 0;
  const paint = quantile(page.firstPaintMs, 0.5);
  const rows = [
    row(
      `collecting ${figures.badges} badges of 40 hosts, 50 ms latency, 4 connections a host / the bound of those limits`,
      "at most 1.15",
      `${spread(ratio, 2)} of ${collection.boundSeconds.toFixed(2)} s`,
      ratio.median <= 1.15,
    ),
    row(
      "the second collection",
      "304 alone, no body",
      `${second.unchanged} of ${figures.badges}, ${second.bodyBytes} bytes`,
      allUnchanged,
    ),
    ...figures.builds.map(({ tiles, seconds }) =>
      row(
        `\`build\` of ${tiles.toLocaleString("en")} tiles, wall clock of the command`,
        `at most ${GOALS[tiles]} s`,
        `${cell(seconds, 2)} s`,
        quantile(seconds, 0.5) <= (GOALS[tiles] ?? 0),
      ),
    ),
    row(
      "badges read in a second, one core",
      "at least 10,000",
      spread(figures.inference, 0),
      figures.inference.median >= 10_000,
    ),
    row(
      "200 tiles in one HTML file, gzipped",
      "at most 30 KB",
      `${kb(page.gzipped)} (${kb(page.html)} plain)`,
      page.gzipped <= 30_000,
    ),
    row("its scripts", "at most 5 KB", kb(page.script), page.script <= 5000),
    row(
      "first paint from loopback",
      "under 200 ms",
      `${cell(page.firstPaintMs, 0)} ms`,
      paint < 200,
    ),
    row("layout shift", "0", page.layoutShift.toFixed(3), page.layoutShift === 0),
  ];
  const others = OTHERS.map(({ name, bytes, note }) => `| ${name} | ${kb(bytes)} | ${note} |`);
  return [
    `Written by \`${about.command}\`. Measured on ${about.startedAt.slice(0, 16).replace("T", " ")} UTC at commit ${about.commit}, on ${about.machine}. Median and extremes.`,
    "",
    "| figure | goal | measured | |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
    "![Page weight](performance/board-weight.svg)",
    "",
    "| page | gzipped | |",
    "| --- | --- | --- |",
    `| ours, 200 tiles, ${page.requests} requests | ${kb(page.gzipped + page.script)} | HTML and script |`,
    ...others,
    "",
    "The others' figures were counted from their sources, not loaded here.",
    "",
    "![Building](performance/board-build.svg)",
  ].join("\n");
}

/** The section's plots by the names of their files. */
export function boardPlots({ builds, page }: BoardFigures): ReadonlyMap<string, string> {
  const weights = [{ name: "ours, 200 tiles", bytes: page.gzipped + page.script }, ...OTHERS];
  const weight = barChart({
    title: "What a browser loads before it shows anything",
    unit: "KB gzipped; less is better",
    bars: weights.map(({ name, bytes }, color) => ({
      ...{ label: name.replace(/ at .*/u, ""), color, values: [bytes / 1000] },
    })),
  });
  const build = barChart({
    title: "Wall clock of the command build",
    unit: "s; less is better",
    bars: builds.map(({ tiles, seconds }, color) => ({
      ...{ label: `${tiles.toLocaleString("en")} tiles`, color, values: seconds },
    })),
  });
  return new Map([
    ["board-weight.svg", weight],
    ["board-build.svg", build],
  ]);
}

function row(figure: string, goal: string, measured: string, isMet: boolean): string {
  return `| ${figure} | ${goal} | ${measured} | ${isMet ? "met" : "**missed**"} |`;
}

function cell(values: readonly number[], digits: number): string {
  const median = quantile(values, 0.5);
  return spread({ median, min: Math.min(...values), max: Math.max(...values) }, digits);
}

function spread({ median, min, max }: Spread, digits: number): string {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const shown = (value: number) => value.toLocaleString("en", options);
  return `${shown(median)} (${shown(min)} to ${shown(max)})`;
}

function kb(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} KB`;
}
