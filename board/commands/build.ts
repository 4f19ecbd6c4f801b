import type { Command } from "commander";
import { buildBoard } from "../build-board.ts";
import { DEFAULT_FILES } from "./files.ts";

export function buildCommand(program: Command): void {
  program
    .command("build")
    .description("Builds the site from state.json and results files, without a network.")
    .option("--state <file>", "what collect wrote", DEFAULT_FILES.state)
    .option("--results <file...>", "results.json files of Pystol runs", [])
    .option("--out <folder>", "where to put the site", DEFAULT_FILES.site)
    .action(async (options: { state: string; results: string[]; out: string }) => {
      const { state: statePath, results: resultsPaths, out: outDir } = options;
      const summary = await buildBoard({ statePath, resultsPaths, outDir, now: Date.now() });
      console.log(`${summary.headline}: ${summary.files[0]}`);
    });
}
