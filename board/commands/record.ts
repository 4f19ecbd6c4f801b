import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { env } from "node:process";
import type { Command } from "commander";
import { collectBoard } from "../collect/collect-board.ts";
import { progressLine } from "../collect/progress-line.ts";
import { secretForms, tokensOf } from "../collect/tokens.ts";
import { Recorder } from "../record/recorder.ts";
import { printSummary } from "./collect.ts";
import { readConfig } from "./files.ts";
import { allowPrivateHosts, configOption, stateOption } from "./options.ts";

export function recordCommand(program: Command): void {
  program
    .command("record")
    .description("Collects, and writes all that was answered to one file, without secrets.")
    .argument("<file>", "the recording to write, JSON")
    .addOption(configOption())
    .addOption(stateOption())
    .addOption(allowPrivateHosts())
    .action(
      async (file: string, how: { config: string; state: string; allowPrivate: string[] }) => {
        const config = await readConfig(how.config);
        const environment = env;
        const apiToken = environment[config.github.variable]?.trim() ?? "";
        const secrets = [...tokensOf(config.tokens, environment).secrets, ...secretForms(apiToken)];
        const recorder = new Recorder(config, secrets);
        const line = progressLine(process.stderr, () => performance.now());
        const summary = await collectBoard({
          config,
          statePath: how.state,
          allowPrivate: how.allowPrivate,
          environment,
          progress: line.tell,
          isFresh: true,
          through: (answers) => recorder.through(answers),
        }).finally(line.end);
        printSummary(summary, how.state);
        await mkdir(dirname(file), { recursive: true });
        const recording = recorder.recording(summary, apiToken !== "");
        await writeFile(file, `${JSON.stringify(recording, null, 2)}\n`);
        console.log(`${recording.exchanges.length} answers recorded in ${file}`);
        console.error(
          "Paths of addresses and texts of badges are in it: read it before you publish it.",
        );
      },
    );
}
