import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Eleventy } from "@11ty/eleventy";
import type { TextParams, Texts } from "../languages/texts.ts";
import type { BoardModel } from "../model/board-model.ts";
import { boardView, groupPage } from "../page/board-view.ts";
import type { PageContext } from "../page/page-context.ts";
import { resilienceView } from "../page/resilience-view.ts";
import { tvView } from "../page/tv-view.ts";
import { loadPictures } from "../page/widget-pictures.ts";
import { widgetViews } from "../page/widget-view.ts";

const SITE = fileURLToPath(new URL(".", import.meta.url));
const OUTPUT = "_site"; // Eleventy only names the pages; others write them

/** The style sheets of each kind of page, in their order; each page has its own inside. */
const SHEETS = {
  board: ["colors", "shapes", "page", "parts", "tiles", "widgets", "media"],
  resilience: ["colors", "shapes", "page", "parts", "resilience", "media"],
  tv: ["colors", "shapes", "tv", "tv-columns", "widgets", "tv-tiles", "tv-media"],
};

export interface RenderedSite {
  /** By their paths below the site. */
  readonly pages: ReadonlyMap<string, string>;
  readonly headline: string;
}

/** Renders the templates with a new Eleventy each time: an old instance keeps its data. */
export async function renderPages(model: BoardModel, context: PageContext): Promise<RenderedSite> {
  const { texts } = context;
  const board = boardView(model, context);
  const groups = new Map(model.groups.map((group) => [group.id, groupPage(group, model, context)]));
  const globals = {
    board,
    resilience: resilienceView(model, context),
    tv: tvView(model, context),
    widgets: widgetViews(model, context, await loadPictures(model.widgets)),
    timeZone: model.timeZone,
    language: texts.language,
    direction: texts.direction,
    styles: await styles(),
    words: wordsOf(texts),
    groupIds: [...groups.keys()],
  };
  const eleventy = new Eleventy(relative(process.cwd(), SITE), OUTPUT, {
    quietMode: true,
    configPath: null,
    config(config) {
      config.setUseGitIgnore(false);
      for (const [name, value] of Object.entries(globals)) config.addGlobalData(name, () => value);
      config.addFilter("t", (key: string, params?: TextParams) => texts.text(key, params));
      config.addFilter("groupPage", (id: string) => groups.get(id));
    },
  });
  const rendered = (await eleventy.toJSON()).map(({ outputPath, content }) => {
    return [relative(OUTPUT, outputPath), content] as const;
  });
  const byDepth = rendered.toSorted(([one], [other]) => depthOf(one) - depthOf(other));
  return { pages: new Map(byDepth), headline: board.headline };
}

function depthOf(path: string): number {
  return path.split("/").length;
}

/** Each kind of page's style, and the hash by which its policy allows it. */
async function styles(): Promise<Record<string, { text: string; hash: string }>> {
  const made = Object.entries(SHEETS).map(async ([kind, names]) => {
    const sheets = names.map((name) => readFile(`${SITE}/css/${name}.css`, "utf8"));
    const text = (await Promise.all(sheets)).join("\n");
    const hash = `sha256-${createHash("sha256").update(text).digest("base64")}`;
    return [kind, { text, hash }] as const;
  });
  return Object.fromEntries(await Promise.all(made));
}

/** The words that many tiles have in common, looked up once. */
function wordsOf({ text }: Texts) {
  return {
    why: text("tile.why"),
    read: text("tile.read"),
    never: text("tile.never"),
    failing: text("tile.failing"),
    resilience: text("run.resilience"),
    evidence: text("run.evidence"),
    verdict: text("run.verdict"),
    means: text("run.means"),
    injected: text("run.injected"),
    more: text("run.more"),
    took: text("run.took"),
    ended: text("run.ended"),
    andmore: text("live.more"),
  };
}
