import type { BoardModel, GroupModel, TileModel } from "../model/board-model.ts";
import { runName } from "../results/run-name.ts";
import { plainText } from "./plain-text.ts";
import { type Standing, standingOf, standingOfRun } from "./standing.ts";

/** The board for programs; its form is `board/schema/board.schema.json`, and is published beside it. */
export function boardJson(board: BoardModel, summary: Standing): string {
  const { title, site, collectedAt, builtAt, isStale, staleAfterHours, banners } = board;
  const content = {
    $schema: "board.schema.json",
    schemaVersion: 1,
    title,
    ...(site === undefined ? {} : { site }),
    collectedAt,
    builtAt,
    staleAfterHours,
    isStale,
    state: summary,
    groups: board.groups.map((group) => groupOf(group, board)),
    runs: board.reports.map((report) => ({
      name: runName(report),
      state: standingOfRun(report, board),
      ...(report.problem === undefined ? {} : { problem: report.problem }),
      ...(report.report?.completionTime ? { completedAt: report.report.completionTime } : {}),
    })),
    banners,
  };
  return `${JSON.stringify(content, plain)}\n`;
}

const LONGEST = 2000; // characters; an address may be that long

function plain(_key: string, value: unknown): unknown {
  return typeof value === "string" ? plainText(value, LONGEST) : value;
}

function groupOf(group: GroupModel, board: BoardModel) {
  const { id, name, tiles } = group;
  return { id, name, tiles: tiles.map((tile) => tileOf(tile, board)) };
}

/** Only what is meant for the public: a badge's address is never among it. */
function tileOf(tile: TileModel, board: BoardModel) {
  const { id, label, description, link, reading, problem, isStale, host } = tile;
  const { failingSince, flipsPerWeek, availability } = tile.history;
  return {
    id,
    label,
    state: standingOf(tile, board),
    isStale,
    ...(description === undefined ? {} : { description }),
    ...(link === undefined ? {} : { link }),
    ...(problem === undefined ? {} : { problem }),
    ...(reading === undefined ? {} : { lastReading: reading }),
    history: {
      flipsPerWeek,
      ...(failingSince === undefined ? {} : { failingSince }),
      ...(availability === undefined ? {} : { availability }),
    },
    host,
  };
}
