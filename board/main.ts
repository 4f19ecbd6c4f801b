import { readFile } from "node:fs/promises";
import { Command, CommanderError } from "commander";
import { buildBoard } from "./build-board.ts";
import { collectBoard } from "./collect/collect-board.ts";
import { type BoardConfig, ConfigError, parseConfig } from "./config.ts";
import { explain } from "./explain.ts";
import { StateFileError } from "./state/state-file.ts";

const FAILED = 1;
const USAGE_ERROR = 2;
const DEFAULT_CONFIG = "board/badges.yaml";
const DEFAULT_STATE = "out/board/state.json";

const program = new Command("board")
  .description("A static page of build badges and of the results of Pystol runs.")
  .exitOverride()
  .showHelpAfterError("(--help shows the usage)");

program
  .command("collect")
  .description("Gets every badge of the configuration and writes what it says to state.json.")
  .option("--config <file>", "the board's configuration, YAML", DEFAULT_CONFIG)
  .option("--state <file>", "where to keep what was read", DEFAULT_STATE)
  .option(
    "--allow-private <host...>",
    "hosts (with or without :port) that may have private addresses",
    [],
  )
  .action(async (options: { config: string; state: string; allowPrivate: string[] }) => {
    const config = await readConfig(options.config);
    const { state: statePath, allowPrivate } = options;
    const { badges, unread } = await collectBoard({ config, statePath, allowPrivate });
    for (const { badge, reason } of unread) {
      console.error(`no reading of ${badge.replace(/\?.*$/u, "")}: ${reason}`); // a query may hold a token
    }
    console.log(`${badges - unread.length} of ${badges} badges read into ${statePath}`);
  });

program
  .command("build")
  .description("Builds the site from state.json and results files, without a network.")
  .option("--state <file>", "what collect wrote", DEFAULT_STATE)
  .option("--results <file...>", "results.json files of Pystol runs", [])
  .option("--out <folder>", "where to put the site", "out/board/site")
  .action(async (options: { state: string; results: string[]; out: string }) => {
    const { state: statePath, results: resultsPaths, out: outDir } = options;
    const summary = await buildBoard({ statePath, resultsPaths, outDir, now: Date.now() });
    console.log(`${summary.headline}: ${summary.files[0]}`);
  });

program
  .command("explain")
  .description("Says what each badge means and which rule decided, one JSON object a line.")
  .argument("<source...>", "files or http(s) URLs")
  .option(
    "--allow-private <host>",
    "a host (with or without :port) to which a redirect may lead although its address is private; repeatable",
    (host: string, hosts: string[]) => [...hosts, host],
    [],
  )
  .action(async (sources: string[], options: { allowPrivate: string[] }) => {
    for (const source of sources) {
      const { explanation, wasRead } = await explain(source, options.allowPrivate);
      console.log(JSON.stringify(explanation));
      if (!wasRead) process.exitCode = FAILED;
    }
  });

async function readConfig(path: string): Promise<BoardConfig> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === "ENOENT" ? "there is no such file" : error.message;
    throw new ConfigError(
      `Cannot read ${path}: ${reason}. Name the configuration with --config FILE.`,
    );
  });
  return parseConfig(text, path);
}

// A reader such as `head` may have enough before we end; that is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : USAGE_ERROR;
  } else if (error instanceof ConfigError || error instanceof StateFileError) {
    console.error(error.message);
    process.exitCode = error instanceof ConfigError ? USAGE_ERROR : FAILED;
  } else {
    throw error;
  }
}
