import { env } from "node:process";
import type { Command } from "commander";
import { notify } from "../notify/notify.ts";
import { readConfig } from "./files.ts";
import { configOption, stateOption } from "./options.ts";

export function notifyCommand(program: Command): void {
  program
    .command("notify")
    .description("Tells whom the configuration names of tiles whose state changed.")
    .addOption(configOption())
    .addOption(stateOption("what collect wrote"))
    .option("--dry-run", "only show what would be told", false)
    .action(async (options: { config: string; state: string; dryRun: boolean }) => {
      const outcomes = await notify({
        config: await readConfig(options.config),
        statePath: options.state,
        environment: env,
        isDryRun: options.dryRun,
        now: Date.now(),
      });
      for (const { isTold, text } of outcomes) {
        if (isTold) console.log(text);
        else console.error(text);
      }
      if (outcomes.length === 0) console.log("The configuration names nobody to tell (notify).");
      if (outcomes.some(({ isTold }) => !isTold)) process.exitCode = 1;
    });
}
