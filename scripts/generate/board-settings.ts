import { readFile } from "node:fs/promises";
import { settingsTable } from "../../board/config/settings-table.ts";
import schema from "../../board/schema/config.schema.json" with { type: "json" };

const BEGIN = "<!-- settings:begin -->";
const END = "<!-- settings:end -->";
const CELLS = /(?<!\\)\|/u;

/** The text that the page of the board's settings must have: between two comments stand the tables of the schema. */
export async function boardSettings(page: string): Promise<string> {
  const text = await readFile(page, "utf8");
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${page} has no "${BEGIN}" and "${END}".`);
  const tables = settingsTable(schema)
    .replaceAll(/(?:^\|.*\n)+/gmu, aligned)
    .trim();
  return `${text.slice(0, from)}${BEGIN}\n\n${tables}\n\n${text.slice(to)}`;
}

/** A Markdown table with its columns aligned, as the formatter wants them. */
function aligned(table: string): string {
  const rows = table
    .trim()
    .split("\n")
    .map((line) => line.split(CELLS).slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] === "---" ? 3 : (row[column]?.length ?? 0)))),
  );
  return rows
    .map((row) => {
      const cells = row.map((cell, column) => {
        const width = widths[column] ?? 0;
        return cell === "---" ? "-".repeat(width) : cell.padEnd(width);
      });
      return `| ${cells.join(" | ")} |\n`;
    })
    .join("");
}
