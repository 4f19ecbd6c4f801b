import { readFile, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import { ConfigError, parseConfig } from "../config/parse-config.ts";
import { pictureFinder } from "../import/find-picture.ts";
import { importList } from "../import/import-list.ts";

const LIMIT_BYTES = 4_000_000; // the most that a board may have, 10,000 badges, in the original's form

export function importCommand(program: Command): void {
  program
    .command("import")
    .description("Turns a badges_list.js of the original badgeboard into a configuration.")
    .argument("<file>", "the list; it is read, never run")
    .option("--out <file>", "where to write the configuration; printed if not given")
    .action(async (file: string, { out }: { out?: string }) => {
      const folder = out === undefined ? process.cwd() : dirname(resolve(out));
      const findPicture = pictureFinder(file, folder);
      const imported = importList(await textOf(file), { path: file, findPicture });
      parseConfig(imported.yaml, out ?? file); // what is written is sure to be accepted by `collect`
      if (out === undefined) process.stdout.write(imported.yaml);
      else await writeNew(out, imported.yaml);
      for (const note of imported.notes) console.error(`${file}: ${note}`);
      console.error(`taken over: badges: ${imported.badges}, widgets: ${imported.widgets}`);
    });
}

async function textOf(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size <= LIMIT_BYTES) return await readFile(path, "utf8");
    throw new ConfigError(
      `Cannot import ${path}: it has ${size} bytes, the most is ${LIMIT_BYTES}.`,
    );
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`Cannot read ${path}: ${reasonOf(error)}. Name a badges_list.js.`);
  }
}

async function writeNew(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: "wx" }).catch((error: unknown) => {
    throw new ConfigError(
      `Cannot write ${path}: ${reasonOf(error)}. Name a new file with --out FILE.`,
    );
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EEXIST: "there is such a file, and it is not overwritten",
  EISDIR: "it is a folder",
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return REASONS[code] ?? (code || String(error));
}
