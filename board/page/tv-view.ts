import type { Size } from "../config/config.ts";
import type { BoardModel, TileModel } from "../model/board-model.ts";
import { byLook, type Look } from "../model/looks.ts";
import type { PageContext } from "./page-context.ts";
import { runViews } from "./run-view.ts";
import { flagsOf, messageOf } from "./tile-view.ts";
import type { Moment } from "./times.ts";

/** One tile of the wall, in so few words that they can be read across a room. */
export interface TvTile {
  readonly look: Look;
  /** The look's word, or of information the badge's own message. */
  readonly word: string;
  readonly label: string;
  readonly group: string;
  readonly message: string;
  /** Size, "long" for a label that needs two lines, and "doubt" for what must not look sure. */
  readonly classes: string;
  readonly flags: readonly string[];
  readonly failingSince?: Moment;
}

export interface TvView {
  readonly seconds: number;
  /** Worst first, over all groups and runs. */
  readonly tiles: readonly TvTile[];
  /** How many more there are than `tiles` holds. */
  readonly more: number;
  /** Columns that the tiles and widgets have on a wide and on a tall screen, where no script counts. */
  readonly across: { readonly wide: number; readonly tall: number };
}

/** More than anybody would wait to see; the worst of them are shown, and the head counts all. */
const MOST = 600;
/** Letters of a label that fit in one line. */
const ONE_LINE = 12;

/** Makes what TV mode shows beside the board's head: tiles of badges and runs, worst first. */
export function tvView(model: BoardModel, context: PageContext): TvView {
  const badges = model.groups.flatMap(({ name, tiles }) => tiles.map((tile) => ({ name, tile })));
  const shown = badges.toSorted((one, other) => byLook(one.tile, other.tile)).slice(0, MOST);
  const runs = runViews(model.reports, context).map(({ look, word, name: label, problem }) => {
    const group = context.texts.text("run.resilience");
    return {
      look,
      word,
      label,
      group,
      message: problem ?? "",
      classes: classesOf(label),
      flags: [],
    };
  });
  const tiles = [...runs, ...shown.map(({ name, tile }) => tvTile(name, tile, context))]
    .toSorted(byLook)
    .slice(0, MOST);
  const widgets = model.widgets.map(({ size = "normal" }) => size);
  const cells = [...shown.map(({ tile }) => tile.size), ...widgets].reduce(
    (sum, size) => sum + CELLS[size],
    runs.length,
  );
  return {
    seconds: model.tvSeconds,
    tiles,
    more: badges.length + runs.length - tiles.length,
    across: { wide: acrossOf(cells, 16 / 9), tall: acrossOf(cells, 9 / 16) },
  };
}

function tvTile(group: string, tile: TileModel, context: PageContext): TvTile {
  const { look, label, size, history } = tile;
  const { texts, momentOf } = context;
  const flags = flagsOf(tile);
  const stated = texts.text(`look.${look}`);
  const message = messageOf(tile, stated, context);
  const isFigure = look === "info" && message !== "";
  const failingSince = look === "failing" ? momentOf(history.failingSince) : undefined;
  return {
    look,
    word: isFigure ? message : stated,
    label,
    group,
    message: isFigure ? "" : message,
    classes: classesOf(label, size, flags.length > 0),
    flags: flags.map((flag) => texts.text(`tile.${flag}`)),
    ...(failingSince === undefined ? {} : { failingSince }),
  };
}

function classesOf(label: string, size: Size = "normal", isDoubtful = false): string {
  const classes = [
    size === "normal" ? "" : size,
    [...label].length > ONE_LINE ? "long" : "",
    isDoubtful ? "doubt" : "",
  ];
  return classes.filter((name) => name !== "").join(" ");
}

const CELLS: Readonly<Record<Size, number>> = { normal: 1, wide: 2, tall: 2, large: 4 };
const TILE_ASPECT = 2.2;
const MOST_ACROSS = 20; // css/tv.css has a rule for each

/** So many columns that a screen of that aspect is filled with cells of a good form. */
function acrossOf(cells: number, aspect: number): number {
  const columns = Math.round(Math.sqrt((Math.max(1, cells) * aspect) / TILE_ASPECT));
  return Math.min(MOST_ACROSS, Math.max(1, columns));
}
