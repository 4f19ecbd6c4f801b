import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { byAction } from "../../test/bench/action/by-action.ts";
import { byHand } from "../../test/bench/action/by-hand.ts";
import { type ActionRound, actionSection } from "../../test/bench/report/action-section.ts";
import { cacheDirOf } from "../../test/cluster/cache.ts";
import { ensureTools } from "../../test/cluster/tools.ts";
import { buildAction } from "../build/action.ts";
import { buildImages } from "../images/build-images.ts";
import { writeSection } from "../test/report-section.ts";
import { about } from "./about.ts";

const root = join(import.meta.dirname, "../..");
const STARTS = 10;

/** Measures the GitHub Action beside the same steps by hand, and writes its section of docs/performance.md. */
export async function measureAction(options: {
  rounds: number;
  docs: boolean;
  argv: readonly string[];
}): Promise<void> {
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const cacheDir = cacheDirOf(process.env);
  const tools = await ensureTools({ cacheDir, mayInstall: false, progress: say });
  await buildAction();
  const images = await buildImages({ tools, progress: say });
  const folder = await mkdtemp(join(tmpdir(), "pystol-bench-action-"));
  const world = {
    ...{ cluster: "pystol-bench", kind: tools.kind, kubectl: tools.kubectl },
    ...{ nodeImage: tools.nodeImage ?? "", archive: images.archive },
    ...{ operatorImage: images.operator, runnerImage: images.runner },
    environment: { PATH: process.env.PATH, HOME: process.env.HOME, ...tools.engine.env },
  };
  const rounds: ActionRound[] = [];
  const start: number[] = [];
  try {
    for (let index = 0; index < STARTS; index += 1) start.push(await startOnce(folder));
    for (let index = 0; index < options.rounds; index += 1) {
      const part = async (name: "action" | "hand") => {
        say(`Round ${index + 1} of ${options.rounds}: by ${name}`);
        const own = join(folder, `${name}-${index}`);
        await mkdir(own);
        const run = name === "action" ? byAction : byHand;
        const phases = await run({ ...world, folder: own }, root);
        say(JSON.stringify(phases));
        return phases;
      };
      // In turns, so that neither is always the one on a machine that has just been busy.
      const hand = index % 2 === 0 ? undefined : await part("hand");
      const action = await part("action");
      rounds.push({ action, hand: hand ?? (await part("hand")) });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const command = `npm run bench -- ${options.argv.join(" ")}`;
  const text = actionSection(rounds, { ...(await about(root)), command, start });
  await mkdir(join(root, "out/bench"), { recursive: true });
  await writeFile(join(root, "out/bench/action.json"), JSON.stringify({ rounds, start }));
  console.log(text);
  if (options.docs) await writeSection(join(root, "docs/performance.md"), "action", text);
}

/** From the process's start to its end, in seconds, with an input that it refuses. */
async function startOnce(folder: string): Promise<number> {
  const file = join(folder, "command");
  await writeFile(file, "");
  const files = { GITHUB_OUTPUT: file, GITHUB_STATE: file, GITHUB_ENV: file };
  const began = performance.now();
  const child = spawn(process.execPath, [join(root, "action/dist/index.cjs")], {
    stdio: "ignore",
    env: { PATH: process.env.PATH, RUNNER_TEMP: folder, INPUT_NO: "x", ...files },
  });
  await once(child, "exit");
  return (performance.now() - began) / 1000;
}
