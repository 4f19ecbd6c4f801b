import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Eleventy, type RenderedPage } from "@11ty/eleventy";
import { type BoardView, boardView } from "./page/board-view.ts";
import { type LoadedReport, loadReport } from "./results/load-report.ts";
import { readState, StateFileError } from "./state/state-file.ts";

const SITE = fileURLToPath(new URL("site", import.meta.url));
const STYLES = ["colors.css", "page.css", "tiles.css", "media.css"];
const COPIED = ["board.js", "icon.svg"];

export interface BuildOptions {
  /** state.json, as `collect` wrote it. */
  readonly statePath: string;
  /** results.json files of runs, beside those in the state. */
  readonly resultsPaths?: readonly string[];
  /** The folder of the site; made if it is not there. Other files in it stay. */
  readonly outDir: string;
  /** The time of the build, in ms since 1970. */
  readonly now: number;
}

/** What was built: the files, and the board in a few words ("2 failing"). */
export interface BuildSummary {
  readonly files: readonly string[];
  readonly headline: string;
}

/**
 * Builds the site from files alone; no network. The same state and time give the same bytes, and a file whose
 * bytes did not change is not written. Throws StateFileError where there is no usable state.
 */
export async function buildBoard(options: BuildOptions): Promise<BuildSummary> {
  const { statePath, resultsPaths = [], outDir, now } = options;
  const state = await readState(statePath);
  if (state === undefined) {
    throw new StateFileError(`There is no ${statePath}. Run "npm run board -- collect" first.`);
  }
  const reports: LoadedReport[] = await Promise.all(resultsPaths.map(loadReport));
  const view = boardView(state, reports, now);
  const files = new Map<string, string>();
  for (const { outputPath, content } of await render(view)) {
    files.set(relative(OUTPUT, outputPath), content);
  }
  for (const name of COPIED) files.set(name, await readFile(join(SITE, name), "utf8"));
  await mkdir(outDir, { recursive: true });
  for (const [name, content] of files) await writeIfChanged(join(outDir, name), content);
  return { files: [...files.keys()].map((name) => join(outDir, name)), headline: view.headline };
}

const OUTPUT = "_site"; // Eleventy only names the pages; this module writes them

/** Renders the templates with a new Eleventy each time: an old instance keeps its data. */
async function render(view: BoardView): Promise<readonly RenderedPage[]> {
  const sheets = STYLES.map((name) => readFile(join(SITE, "css", name), "utf8"));
  const style = (await Promise.all(sheets)).join("\n");
  const styleHash = `sha256-${createHash("sha256").update(style).digest("base64")}`;
  const eleventy = new Eleventy(relative(process.cwd(), SITE), OUTPUT, {
    quietMode: true,
    configPath: null,
    config(config) {
      config.setUseGitIgnore(false);
      config.addGlobalData("board", view);
      config.addGlobalData("style", style);
      config.addGlobalData("styleHash", styleHash);
    },
  });
  return await eleventy.toJSON();
}

async function writeIfChanged(path: string, content: string): Promise<void> {
  const previous = await readFile(path, "utf8").catch(() => undefined);
  if (previous === content) return;
  const draft = `${path}.${process.pid}.tmp`;
  await writeFile(draft, content);
  await rename(draft, path);
}
