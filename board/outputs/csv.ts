import { stringify } from "csv-stringify/sync";
import type { BoardModel } from "../model/board-model.ts";
import { plainText } from "./plain-text.ts";
import { standingOf, standingWord } from "./standing.ts";

/**
 * The tiles as CSV (RFC 4180), with a head line. What a spreadsheet would take for a formula gets an apostrophe before it:
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
export function boardCsv(board: BoardModel): string {
  const rows = board.groups.flatMap(({ name, tiles }) =>
    tiles.map((tile) => {
      const { reading, problem } = tile;
      return {
        id: tile.id,
        group: plainText(name),
        label: plainText(tile.label),
        state: standingWord(standingOf(tile, board)),
        problem: plainText(problem?.reason ?? ""),
        last_state: reading?.state ?? "",
        last_message: plainText(reading?.message ?? ""),
        since: problem?.since ?? reading?.since ?? "",
        read_at: reading?.readAt ?? "",
        ran_at: reading?.ranAt ?? "",
        failing_since: tile.history.failingSince ?? "",
        link: tile.link ?? "",
        host: tile.host,
      };
    }),
  );
  const columns = [...COLUMNS];
  return stringify(rows, {
    header: true,
    columns,
    escape_formulas: true,
    record_delimiter: "\r\n",
  });
}

const COLUMNS = [
  "id",
  "group",
  "label",
  "state",
  "problem",
  "last_state",
  "last_message",
  "since",
  "read_at",
  "ran_at",
  "failing_since",
  "link",
  "host",
] as const;
