import { readFile } from "node:fs/promises";
import type { BoardConfig } from "../config/config.ts";
import { ConfigError, parseConfig } from "../config/parse-config.ts";

/** Reads and checks a configuration. Throws ConfigError, also where there is no such file. */
export async function readConfig(path: string): Promise<BoardConfig> {
  return parseConfig(await readText(path), path);
}

/** The text of a configuration. Throws ConfigError where it cannot be read. */
export async function readText(path: string): Promise<string> {
  return await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === "ENOENT" ? "there is no such file" : error.message;
    throw new ConfigError(
      `Cannot read ${path}: ${reason}. Name the configuration with --config FILE.`,
    );
  });
}
