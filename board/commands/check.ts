import { env } from "node:process";
import type { Command } from "commander";
import { explanationOf, overviewOf } from "../config/overview.ts";
import { checkConfig } from "../config/parse-config.ts";
import { listOf } from "../config/problems.ts";
import { readText } from "./files.ts";
import { configOption } from "./options.ts";

interface Options {
  readonly config: string;
  readonly explain: boolean;
}

export function checkCommand(program: Command): void {
  program
    .command("check")
    .description("Looks a configuration over: problems with their lines, or what the board has.")
    .addOption(configOption())
    .option("--explain", "also says what would decide each badge's state", false)
    .action(async ({ config: path, explain }: Options) => {
      const { config, warnings } = checkConfig(await readText(path), path);
      console.log([`${path} is good.`, ...overviewOf(config, env)].join("\n"));
      if (explain) console.log(explanationOf(config, env).join("\n"));
      if (warnings.length > 0) console.error(`warnings:\n${listOf(warnings)}`);
    });
}
