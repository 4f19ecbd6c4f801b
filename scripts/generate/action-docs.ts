import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { parse } from "yaml";
import { INPUTS } from "../../action/inputs/table.ts";
import { OUTPUTS } from "../../action/outputs.ts";
import type { Piece } from "../../action/pieces.ts";
import type { PystolRole } from "../../kubernetes/resources.ts";

const REGION = /(<!-- (\S+):begin -->\n).*?(<!-- \2:end -->)/gs;
const ROLES = "collection/pystolroles";
const RECIPES = "recipes";

/**
 * The text that a page about the action must have: between `<!-- NAME:begin -->` and `<!-- NAME:end -->` stands what is generated,
 * the tables `inputs`, `outputs` and `roles`, and the text of each file named as in recipes/NAME.yml.
 *
 * @throws if a region has an unknown name, or the page shows no region of an existing recipe.
 */
export async function actionDocs(page: string): Promise<string> {
  const folder = dirname(page);
  const recipes = (await readdir(join(folder, RECIPES))).filter((file) => file.endsWith(".yml"));
  const contents = new Map([
    ["inputs", inputsTable()],
    ["outputs", outputsTable()],
    ["roles", await rolesTable()],
    ...(await Promise.all(
      recipes.map(async (file): Promise<[string, string]> => {
        const text = await readFile(join(folder, RECIPES, file), "utf8");
        return [`${RECIPES}/${file}`, `\`\`\`yaml\n${text}\`\`\`\n`];
      }),
    )),
  ]);
  const shown = new Set<string>();
  const text = (await readFile(page, "utf8")).replace(REGION, (_, begin, name: string, end) => {
    const content = contents.get(name);
    if (content === undefined) {
      const known = [...contents.keys()].join(", ");
      throw new Error(`${page} has a region "${name}"; expected one of ${known}.`);
    }
    shown.add(name);
    return `${begin}\n${content}\n${end}`;
  });
  const missing = [...contents.keys()].filter((name) => !shown.has(name));
  if (missing.length > 0) {
    const [first] = missing;
    throw new Error(
      `${page} does not show ${missing.join(", ")}; put <!-- ${first}:begin --> and <!-- ${first}:end --> where it belongs.`,
    );
  }
  return text;
}

function inputsTable(): string {
  const rows = Object.entries(INPUTS).map(([name, { pieces, preset, expected, description }]) => [
    code(name),
    piecesCell(pieces),
    preset === "" ? "" : code(preset),
    expected,
    description,
  ]);
  return table(["input", "of", "default", "what it takes", "what it says"], rows);
}

function outputsTable(): string {
  const rows = Object.entries(OUTPUTS).map(([name, { pieces, description }]) => [
    code(name),
    piecesCell(pieces),
    description,
  ]);
  return table(["output", "of", ""], rows);
}

/** Our own roles, and what a command waits for under each. */
async function rolesTable(): Promise<string> {
  const files = (await readdir(ROLES)).sort();
  const rows = await Promise.all(
    files.map(async (file) => {
      const { spec }: PystolRole = parse(await readFile(join(ROLES, file), "utf8"));
      return [
        code(basename(file, ".yaml")),
        spec.phased ? "held" : "done in one go",
        spec.phased ? "`Injected` is True" : "`Started` is True",
        spec.description ?? "",
      ];
    }),
  );
  return table(["role", "its fault is", "a command runs once", "what it does"], rows);
}

/** The whole action is called by its folder, as in `uses:`. */
function piecesCell(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (piece === "all" ? "action" : piece)).join(", ");
}

function code(text: string): string {
  return `\`${text}\``;
}

/** A table whose columns are as wide as their longest cell, since the page is read as text too. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |\n`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |\n`;
  const [first = [], ...others] = cells;
  return line(first) + rule + others.map(line).join("");
}
