import type { Command } from "commander";
import { collectBoard } from "../collect/collect-board.ts";
import { DEFAULT_FILES, readConfig } from "./files.ts";

export function collectCommand(program: Command): void {
  program
    .command("collect")
    .description("Gets every badge of the configuration and writes what it says to state.json.")
    .option("--config <file>", "the board's configuration, YAML", DEFAULT_FILES.config)
    .option("--state <file>", "where to keep what was read", DEFAULT_FILES.state)
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
}
