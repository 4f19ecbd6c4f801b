import { env } from "node:process";
import type { Command } from "commander";
import { type CollectSummary, collectBoard } from "../collect/collect-board.ts";
import { progressLine } from "../collect/progress-line.ts";
import { lineOf } from "../collect/summary.ts";
import { readConfig } from "./files.ts";
import { allowPrivateHosts, configOption, stateOption } from "./options.ts";

export function collectCommand(program: Command): void {
  program
    .command("collect")
    .description("Gets every badge of the configuration and writes what it says to state.json.")
    .addOption(configOption())
    .addOption(stateOption())
    .addOption(allowPrivateHosts())
    .action(async (options: { config: string; state: string; allowPrivate: string[] }) => {
      const config = await readConfig(options.config);
      const { state: statePath, allowPrivate } = options;
      const line = progressLine(process.stderr, () => performance.now());
      const summary = await collectBoard({
        config,
        statePath,
        allowPrivate,
        environment: env,
        progress: line.tell,
      }).finally(line.end);
      printSummary(summary, statePath);
    });
}

/** Prints what could not be read, by cause, and how much was. */
export function printSummary({ badges, read, causes, warnings }: CollectSummary, path: string) {
  for (const warning of warnings) console.error(warning);
  for (const cause of causes) console.error(lineOf(cause));
  console.log(`${read} of ${badges} badges read into ${path}`);
}
