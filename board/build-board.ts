import { join } from "node:path";
import { loadTexts } from "./languages/load-texts.ts";
import { makeModel } from "./model/make-model.ts";
import { outputsOf } from "./outputs/outputs.ts";
import { pageContext } from "./page/page-context.ts";
import { loadReport } from "./results/load-report.ts";
import { pageFiles } from "./site/page-files.ts";
import { renderPages } from "./site/render-pages.ts";
import { writeSite } from "./site/write-site.ts";
import { readState, StateFileError } from "./state/state-file.ts";

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
 * Builds the site from files alone; no network. The same state and time give the same bytes, a file whose bytes did not change is
 * not written, and a page that an earlier build wrote for a group that is gone is removed. Throws StateFileError where there is no
 * usable state, TextError for a language that there is none of.
 */
export async function buildBoard(options: BuildOptions): Promise<BuildSummary> {
  const { statePath, resultsPaths = [], outDir, now } = options;
  const state = await readState(statePath);
  if (state === undefined) {
    throw new StateFileError(`There is no ${statePath}. Run "npm run board -- collect" first.`);
  }
  const model = makeModel(state, await Promise.all(resultsPaths.map(loadReport)), now);
  const texts = await loadTexts(model.language, model.translations);
  const { pages, headline } = await renderPages(model, pageContext(texts, model.timeZone));
  const files = new Map([...pages, ...outputsOf(model), ...(await pageFiles())]);
  await writeSite(outDir, files);
  return { files: [...files.keys()].map((name) => join(outDir, name)), headline };
}
