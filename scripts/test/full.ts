import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { type Report, testsOf } from "./closing-lines.ts";
import { writeSection } from "./report-section.ts";
import { runVitest } from "./run-vitest.ts";

// Plays every point of every reliability matrix, where npm test plays a sample, and writes what came of it into
// docs/reliability.md. It can be ended and started again: for the same commit, what has held is not played again.
// npm run test:full; with --report it plays nothing and writes what is known, with --only TEXT the files with that in their names.
const DOCUMENT = "docs/reliability.md";
const FOLDER = "test/reliability";
/** Of other projects, what takes so long that npm test leaves it out or plays a sample; it writes no outcome itself. */
const OF_OTHERS = [
  {
    ...{ project: "unit", file: "test/unit/board/reading/mutated-badges.test.ts" },
    matrix: "a million mutated badges, in tests of many",
  },
  { project: "e2e", file: "test/e2e/node-loss.test.ts", matrix: "a node that stops, on kind" },
  {
    ...{ project: "e2e", file: "test/e2e/workflows.test.ts" },
    matrix: "workflows with the action, by act on kind",
  },
  {
    ...{ project: "e2e", file: "test/e2e/recipes.test.ts" },
    matrix: "recipes of the action, by act on kind",
  },
];
/** How many files are played at the same time: most of what they do is waiting, and each has control planes of its own. */
const TOGETHER = 3;

interface Outcome {
  matrix: string;
  commit: string;
  date: string;
  points: number;
  played: number;
  missed?: string[];
  violations: Record<string, string[]>;
}

const commit = git("rev-parse", "HEAD");
const changes = git("status", "--porcelain", "--", ".", `:!${DOCUMENT}`);
if (changes && !process.argv.includes("--changed")) {
  console.error(
    `The checkout differs from its commit, so the outcome would not be that commit's:\n${changes}\nCommit first, or ask for it with --changed.`,
  );
  process.exit(2);
}
const ALL = "out/reliability";
const out = join(ALL, commit);
await mkdir(out, { recursive: true });
const stateFile = join(out, "state.json");
const done = new Set<string>(JSON.parse(await readFile(stateFile, "utf8").catch(() => "[]")));
process.env.PYSTOL_RELIABILITY = "full";
process.env.PYSTOL_FULL = "1";
process.env.PYSTOL_OUTCOMES = join(process.cwd(), out);

const names = (await readdir(FOLDER)).filter((name) => name.endsWith(".test.ts")).sort();
const files = names.map((name) => join(FOLDER, name));
const failed: string[] = [];
const isPlayed = !process.argv.includes("--report");
const { only = "" } = parseArgs({ options: { only: { type: "string" } }, strict: false }).values;
const isAsked = (file: string) => file.includes(String(only));
const ofOthers = OF_OTHERS.filter(({ file }) => isPlayed && isAsked(file));
const left = isPlayed ? files.filter(isAsked) : [];
const count = left.length + ofOthers.length;
const playLeft = async () => {
  for (let file = left.shift(); file; file = left.shift()) await playFile(file, "reliability");
};
await Promise.all(Array.from({ length: TOGETHER }, playLeft));
for (const each of ofOthers) await playOfOthers(each);
const outcomes = await lastOutcomes();
await writeSection(DOCUMENT, "matrices", textOf(outcomes));
console.log(textOf(outcomes));
if (failed.length > 0) console.error(`Not held: ${failed.join(", ")}`);
if (isPlayed) console.log(`${count - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function playFile(file: string, project: string): Promise<Report | undefined> {
  if (done.has(file)) {
    console.log(`${file}: held before for this commit`);
    return undefined;
  }
  const { exitCode, report } = await runVitest({
    ...{ projects: [project], files: [file], exclude: [] },
    reportFile: join(out, `${basename(file)}.json`),
  });
  if (exitCode === 0 && hasPassed(report)) {
    done.add(file);
    await writeFile(stateFile, JSON.stringify([...done]));
  } else failed.push(file);
  return report;
}

/** Each of its tests is a point. */
async function playOfOthers({ project, file, matrix }: (typeof OF_OTHERS)[number]): Promise<void> {
  const report = await playFile(file, project);
  if (!report) return;
  const tests = testsOf(report);
  const broken = tests.filter(({ status }) => status === "failed");
  const outcome = {
    ...{ matrix, commit, date: new Date().toISOString(), points: tests.length },
    played: tests.filter(({ status }) => ["passed", "failed"].includes(status)).length,
    violations: Object.fromEntries(
      broken.map(({ fullName, failureMessages }) => [
        fullName,
        (failureMessages ?? []).map((message) => message.split("\n")[0] ?? ""),
      ]),
    ),
  } satisfies Outcome;
  await writeFile(join(out, `${basename(file)}.outcome.json`), JSON.stringify(outcome));
}

function hasPassed(report: Report): boolean {
  return testsOf(report).some(({ status }) => status === "passed");
}

/** Of each matrix the one that was written last, of whichever commit: not every change needs all of them again. */
async function lastOutcomes(): Promise<Outcome[]> {
  const last = new Map<string, Outcome>();
  for (const played of await readdir(ALL))
    for (const name of (await readdir(join(ALL, played))).filter((one) => one.endsWith(".json"))) {
      const file = join(ALL, played, name);
      const value = JSON.parse(await readFile(file, "utf8"));
      if (typeof value?.matrix !== "string") continue;
      const date = (await stat(file)).mtime.toISOString();
      const known = last.get(value.matrix);
      if (!known || known.date < date)
        last.set(value.matrix, { ...value, date, commit: played.slice(0, 12) });
    }
  return [...last.values()].sort((a, b) => (a.matrix < b.matrix ? -1 : 1));
}

function textOf(all: readonly Outcome[]): string {
  const rows = all.map(({ matrix, points, played, missed = [], violations, ...run }) => {
    const broken = Object.keys(violations).length;
    return `| ${matrix} | \`${run.commit}\` | ${run.date.slice(0, 10)} | ${points} | ${played} | ${missed.length} | ${broken} |`;
  });
  const named = all.flatMap(({ matrix, violations }) =>
    Object.entries(violations).map(
      ([point, found]) => `- ${matrix}, ${point}: ${found.join("; ")}`,
    ),
  );
  return [
    "By `npm run test:full`; of each matrix the last time that it was played.",
    "",
    "| matrix | commit | date | points | played | not reached again | violations |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
    ...(named.length > 0 ? ["", "Violations:", "", ...named] : []),
  ].join("\n");
}

function git(...args: string[]): string {
  return execFileSync("git", args, { encoding: "utf8" }).trim();
}
