import type { Command } from "commander";
import { buildBoard } from "../build-board.ts";
import { resultsOption, siteOption, stateOption } from "./options.ts";

export function buildCommand(program: Command): void {
  program
    .command("build")
    .description("Builds the site from state.json and results files, without a network.")
    .addOption(stateOption("what collect wrote"))
    .addOption(resultsOption())
    .addOption(siteOption())
    .action(async (options: { state: string; results: string[]; out: string }) => {
      const { state: statePath, results: resultsPaths, out: outDir } = options;
      const summary = await buildBoard({ statePath, resultsPaths, outDir, now: Date.now() });
      console.log(`${summary.headline}: ${summary.files[0]}`);
    });
}
