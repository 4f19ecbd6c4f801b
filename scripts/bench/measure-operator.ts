import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Listr, PRESET_TIMER } from "listr2";
import { type CompetitorName, prepare, type Start } from "../../test/bench/competitors/all.ts";
import { measureKind } from "../../test/bench/kind/measure-kind.ts";
import { measureBursts } from "../../test/bench/parts/bursts.ts";
import { measureLeaders } from "../../test/bench/parts/leaders.ts";
import { measureRestarts } from "../../test/bench/parts/restarts.ts";
import { recordWrites } from "../../test/bench/record-writes.ts";
import { goalsOf } from "../../test/bench/report/goals.ts";
import { writePage } from "../../test/bench/report/page.ts";
import type { Results } from "../../test/bench/results.ts";
import { startBenchWorld } from "../../test/bench/world.ts";
import { cacheDirOf } from "../../test/cluster/cache.ts";
import { about } from "./about.ts";
import type { BenchOptions } from "./options.ts";

const root = join(import.meta.dirname, "../..");

/** Measures what the options ask for, one thing at a time, and writes results.json and the page. What was measured before a failure is written too. */
export async function measureOperator({
  options,
  argv,
  environment,
}: {
  options: BenchOptions;
  argv: readonly string[];
  environment: Readonly<Record<string, string | undefined>>;
}): Promise<void> {
  const out = resolve(root, options.out);
  await mkdir(out, { recursive: true });
  const writesFile = join(out, "writes.json");
  const file = join(out, "results.json");
  const has = (part: BenchOptions["parts"][number]) => options.parts.includes(part);
  const isBare = has("bursts") || has("restarts") || has("leaders");
  const known = options.add ? (JSON.parse(await readFile(file, "utf8")) as Results) : undefined;
  const results: Results = {
    ...{ writes: [], reads: [], bursts: [], restarts: [], leaders: [] },
    ...known,
    ...(await about(root)),
    command: [known?.command, `npm run bench -- ${argv.join(" ")}`].filter(Boolean).join("; "),
    actions: (!has("bursts") && known?.actions) || options.actions,
    inFlight: (!has("bursts") && known?.inFlight) || options.inFlight,
    ...(has("bursts") ? { bursts: [] } : {}),
    ...(has("restarts") ? { restarts: [] } : {}),
    ...(has("leaders") ? { leaders: [] } : {}),
  };
  let starts: ReadonlyMap<CompetitorName, Start> = new Map();
  const steps: { title: string; on: boolean; run: (say: (text: string) => void) => unknown }[] = [
    {
      title: "Build the competitors",
      on: isBare,
      run: async (progress) => {
        const cacheDir = cacheDirOf(environment);
        starts = await prepare(options.only, { cacheDir, writesFile, progress });
      },
    },
    {
      title: "Record the writes of one action",
      on: isBare,
      run: async () => {
        await using world = await startBenchWorld();
        const { writes, reads } = await recordWrites(world);
        Object.assign(results, { writes, reads });
        await writeFile(writesFile, JSON.stringify(writes, undefined, 2));
      },
    },
    {
      title: `Bursts of ${options.actions} actions`,
      on: has("bursts"),
      run: (progress) =>
        measureBursts({
          ...{ ...options, competitors: options.only, starts, writesFile, progress },
          onSample: (sample) => results.bursts.push(sample),
        }),
    },
    {
      title: "Restarts and idle memory",
      on: has("restarts"),
      run: (progress) =>
        measureRestarts({
          competitors: options.only.filter((one) => one === "ours" || one === "client-go"),
          ...{ starts, repetitions: options.restarts, finished: options.finished, progress },
          onSample: (sample) => results.restarts.push(sample),
        }),
    },
    {
      title: "Changes of the leader",
      on: has("leaders") && options.only.includes("ours"),
      run: (progress) =>
        measureLeaders({
          signals: [
            ...Array.from({ length: 2 * options.kills }, () => "SIGTERM" as const),
            ...Array.from({ length: options.kills }, () => "SIGKILL" as const),
          ],
          progress,
          onSample: (sample) => results.leaders.push(sample),
        }),
    },
  ];
  const { kind } = options;
  if (kind && has("kind")) {
    steps.push({
      title: "Actions against bare Jobs, with kubelets",
      on: true,
      run: async (progress) => {
        results.kind = await measureKind({ ...options, kubeconfig: kind, progress });
      },
    });
  }
  const save = () => {
    const judged = { ...results, goals: goalsOf(results) };
    return writeFile(file, `${JSON.stringify(judged, undefined, 1)}\n`);
  };
  const tasks = new Listr<object, "default", "verbose">([], {
    rendererOptions: { timer: PRESET_TIMER, showErrorMessage: false, collapseSubtasks: false },
    fallbackRenderer: "verbose",
    fallbackRendererOptions: { timer: PRESET_TIMER },
    registerSignalListeners: false,
  });
  for (const { title, on, run } of steps) {
    tasks.add({
      title,
      skip: () => !on,
      task: async (_, task) => {
        await run((text) => {
          task.output = text;
        });
        await save();
      },
    });
  }
  try {
    await tasks.run();
  } finally {
    await save();
  }
  if (options.docs) await writePage(results, join(root, "docs"));
  for (const { figure, goal, measured, isMet, shortfall } of goalsOf(results)) {
    const mark = isMet ? "met " : "MISS";
    process.stdout.write(
      `${mark}  ${figure}: ${measured}; goal: ${goal}${shortfall ? `; ${shortfall}` : ""}\n`,
    );
  }
}
