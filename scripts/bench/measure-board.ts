import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { measureBuild } from "../../test/bench/board/build.ts";
import { measureCollection } from "../../test/bench/board/collection.ts";
import { measureInference } from "../../test/bench/board/inference.ts";
import { measurePage } from "../../test/bench/board/page-weight.ts";
import {
  type BoardFigures,
  boardPlots,
  boardSection,
} from "../../test/bench/report/board-section.ts";
import { launchChromium, NO_CHROMIUM } from "../../test/support/board-browser.ts";
import { writeSection } from "../test/report-section.ts";
import { about } from "./about.ts";

const root = join(import.meta.dirname, "../..");
const COLLECTION = { badges: 1000, hosts: 40, latencyMs: 50, connections: 4 };
const TILES = [1000, 10_000];

/** Measures the badgeboard and writes its section of docs/performance.md with its plots. */
export async function measureBoard(options: {
  rounds: number;
  docs: boolean;
  argv: readonly string[];
}): Promise<void> {
  if (NO_CHROMIUM !== undefined) throw new Error(NO_CHROMIUM);
  const say = (text: string) => process.stderr.write(`${text}\n`);
  say("Collect");
  const collection = await measureCollection({ ...COLLECTION, rounds: options.rounds });
  const builds: BoardFigures["builds"][number][] = [];
  for (const tiles of TILES) {
    say(`Build ${tiles} tiles`);
    builds.push({ tiles, seconds: await measureBuild(tiles, options.rounds) });
  }
  say("Read badges");
  const inference = (await measureInference()).perSecond;
  say("Load the page");
  const browser = await launchChromium();
  const page = await measurePage(browser, options.rounds * 3).finally(() => browser.close());
  const figures = { ...{ collection, builds, page, inference }, badges: COLLECTION.badges };
  const command = `npm run bench -- ${options.argv.join(" ")}`;
  const text = boardSection(figures, { ...(await about(root)), command });
  await mkdir(join(root, "out/bench"), { recursive: true });
  await writeFile(join(root, "out/bench/board.json"), JSON.stringify(figures));
  console.log(text);
  if (!options.docs) return;
  await writeSection(join(root, "docs/performance.md"), "board", text);
  for (const [name, content] of boardPlots(figures)) {
    await writeFile(join(root, "docs/performance", name), content);
  }
}
