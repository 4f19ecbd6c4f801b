import type { BoardModel } from "../model/board-model.ts";
import schema from "../schema/board.schema.json" with { type: "json" };
import { atomFeed } from "./atom.ts";
import { badgeSvg, endpointBadge, worstStanding } from "./badge.ts";
import { boardJson } from "./board-json.ts";
import { ccTray } from "./cctray.ts";
import { boardCsv } from "./csv.ts";
import { boardMetrics } from "./metrics.ts";
import { type Standing, standingOf, standingOfRun } from "./standing.ts";

/**
 * The files that feed other programs, by their paths below the site. Pure: the same board gives the same bytes. None of them tells
 * a success where there is no fresh reading of one.
 */
export function outputsOf(board: BoardModel): ReadonlyMap<string, string> {
  const all = [
    ...board.groups.flatMap(({ tiles }) => tiles.map((tile) => standingOf(tile, board))),
    ...board.reports.map((report) => standingOfRun(report, board)),
  ];
  const { title, groups } = board;
  const files = new Map([
    ["board.json", boardJson(board, worstStanding(all))],
    ["board.schema.json", `${JSON.stringify(schema, null, 2)}\n`],
    ["cctray.xml", ccTray(board)],
    ["atom.xml", atomFeed(board, { title, path: "atom.xml", groups })],
    ["board.csv", boardCsv(board)],
    ["metrics.txt", boardMetrics(board)],
    ...badgeFiles("badge", title, all),
  ]);
  for (const group of groups) {
    const place = `groups/${group.id}`;
    const path = `${place}.atom.xml`;
    const heading = `${title}: ${group.name}`;
    files.set(path, atomFeed(board, { title: heading, path, groups: [group] }));
    const standings = group.tiles.map((tile) => standingOf(tile, board));
    for (const [name, content] of badgeFiles(place, group.name, standings))
      files.set(name, content);
  }
  return files;
}

function badgeFiles(place: string, label: string, standings: readonly Standing[]) {
  const badge = endpointBadge(label, standings);
  const files: [string, string][] = [
    [`${place}.json`, `${JSON.stringify(badge)}\n`],
    [`${place}.svg`, `${badgeSvg(badge)}\n`],
  ];
  return files;
}
