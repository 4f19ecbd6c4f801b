import type { BoardModel, TileModel } from "../model/board-model.ts";
import { runName } from "../results/run-name.ts";
import { plainText } from "./plain-text.ts";
import { type Standing, standingOf, standingOfRun, standingWord } from "./standing.ts";

interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * The board in the text format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/). Ages are given as the
 * time of the reading, because a file cannot count: `time() - pystol_board_tile_read_timestamp_seconds` is the age.
 */
export function boardMetrics(board: BoardModel): string {
  const tiles = board.groups.flatMap(({ tiles }) => tiles);
  return [
    gauge("collected_timestamp_seconds", "When badges were last collected.", [
      { value: seconds(board.collectedAt) },
    ]),
    gauge("stale", "Whether nothing was collected for too long when the file was written.", [
      { value: Number(board.isStale) },
    ]),
    gauge(
      "tile_state",
      "Always 1; the state is a label. Old good news is stale, and a badge that was not read has no reading.",
      tiles.map((tile) => ({
        labels: {
          ...labelsOf(tile),
          label: tile.label,
          state: stateLabel(standingOf(tile, board)),
        },
        value: 1,
      })),
    ),
    gauge(
      "tile_unread",
      "Whether the badge gave no reading.",
      tiles.map((tile) => ({ labels: labelsOf(tile), value: Number(tile.look === "unread") })),
    ),
    gauge(
      "tile_read_timestamp_seconds",
      "When the badge was last read.",
      tiles.flatMap((tile) =>
        tile.reading === undefined
          ? []
          : [{ labels: labelsOf(tile), value: seconds(tile.reading.readAt) }],
      ),
    ),
    gauge("run_state", "Always 1; the state of a run's results is a label.", runs(board)),
  ].join("");
}

function runs(board: BoardModel): Sample[] {
  return board.reports.map((report, at) => {
    const state = stateLabel(standingOfRun(report, board));
    return { labels: { run: `${at + 1}`, name: runName(report), state }, value: 1 };
  });
}

function labelsOf({ id, group }: TileModel): Record<string, string> {
  return { group, tile: id };
}

function stateLabel(standing: Standing): string {
  return standingWord(standing).replaceAll(" ", "_");
}

function seconds(iso: string): number {
  return Date.parse(iso) / 1000;
}

function gauge(name: string, help: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return "";
  const metric = `pystol_board_${name}`;
  const lines = samples.map(({ labels = {}, value }) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`);
    return `${metric}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}\n`;
  });
  return `# HELP ${metric} ${help}\n# TYPE ${metric} gauge\n${lines.join("")}`;
}

/** The format escapes three characters; plain text has no line feed. */
function escapeLabel(text: string): string {
  return plainText(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"');
}
