import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { WidgetConfig } from "../../../board/config/config.ts";
import { loadTexts } from "../../../board/languages/load-texts.ts";
import { makeModel } from "../../../board/model/make-model.ts";
import { pageContext } from "../../../board/page/page-context.ts";
import { tvView } from "../../../board/page/tv-view.ts";
import { loadPictures } from "../../../board/page/widget-pictures.ts";
import { widgetViews } from "../../../board/page/widget-view.ts";
import { COLLECTED_AT, recordOf, stateOf } from "../../support/board-state.ts";

const NOW = Date.parse(COLLECTED_AT);
const context = pageContext(await loadTexts("en"), "UTC");
const problem = { since: COLLECTED_AT, reason: "no answer" };

const BADGES = {
  docs: recordOf("passing"),
  build: recordOf("failing"),
  lost: { ...recordOf("passing"), problem },
  coverage: recordOf("info", "87 %"),
};

function modelOf(widgets: readonly WidgetConfig[] = []) {
  return makeModel({ ...stateOf(BADGES), widgets }, [], NOW);
}

test("a counter counts what tiles look like now, and says what could not be counted", () => {
  const counter = (state: "passing" | "running", group?: string): WidgetConfig => {
    return { kind: "counter", label: "jobs", state, ...(group === undefined ? {} : { group }) };
  };
  const widgets = [counter("passing"), counter("running"), counter("passing", "Nowhere")];
  const unseen = "without a reading: 1";
  expect(widgetViews(modelOf(widgets), context, new Map())).toEqual([
    { kind: "counter", classes: "counter", label: "jobs", count: "1", look: "passing", unseen },
    { kind: "counter", classes: "counter", label: "jobs", count: "0", unseen },
    { kind: "counter", classes: "counter", label: "jobs", count: "?" },
  ]);
});

test("a picture is told by its bytes: an SVG, a text and a file that is too large are none", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "board-"));
  const png = Buffer.from("89504e470d0a1a0a0000", "hex");
  const contents = {
    "a.png": png,
    "b.png": Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "c.png": Buffer.concat([png, Buffer.alloc(1_000_000)]),
    "d.gif": Buffer.from("GIF89a"),
    "e.webp": Buffer.from("RIFF\n\n\n\nWEBPVP8 "),
    "f.jpg": Buffer.from("ffd8ffe0", "hex"),
  };
  const widgets = await Promise.all(
    Object.entries(contents).map(async ([name, bytes]): Promise<WidgetConfig> => {
      await writeFile(join(folder.path, name), bytes);
      return { kind: "picture", file: join(folder.path, name), alt: name };
    }),
  );
  const gone: WidgetConfig = { kind: "picture", file: join(folder.path, "none.png"), alt: "none" };
  const pictures = await loadPictures([...widgets, gone]);
  const types = [...pictures].map(([file, address]) => [
    file.slice(folder.path.length + 1),
    address.slice(0, address.indexOf(";")),
  ]);
  expect(types).toEqual([
    ["a.png", "data:image/png"],
    ["d.gif", "data:image/gif"],
    ["e.webp", "data:image/webp"],
    ["f.jpg", "data:image/jpeg"],
  ]);
  expect(widgetViews(modelOf([gone]), context, pictures)).toEqual([
    { kind: "picture", classes: "picture", alt: "none" },
  ]);
});

test("the wall shows the worst first, figures by their message, and no tile without a reading as passing", () => {
  const { tiles, more } = tvView(modelOf(), context);
  expect(tiles.map(({ label, look, word }) => [label, look, word])).toEqual([
    ["build", "failing", "failing"],
    ["lost", "unread", "no reading"],
    ["docs", "passing", "passing"],
    ["coverage", "info", "87 %"],
  ]);
  expect(more).toBe(0);
});

test("a wall of very many tiles shows the worst of them, and says how many more there are", () => {
  const many = Array.from({ length: 700 }, (_, at) => [`job ${at}`, recordOf("passing")] as const);
  const first = { ...Object.fromEntries(many), last: recordOf("failing") };
  const state = stateOf({ ...first, other: recordOf("warning") });
  const badges = state.groups[0]?.badges ?? [];
  const groups = [
    { name: "Large", badges: badges.slice(0, -1) },
    { name: "Small", badges: badges.slice(-1) },
  ];
  const { tiles, more } = tvView(makeModel({ ...state, groups }, [], NOW), context);
  expect(tiles).toHaveLength(600);
  expect(tiles.slice(0, 2).map(({ label }) => label)).toEqual(["last", "other"]);
  expect(more).toBe(102);
});
