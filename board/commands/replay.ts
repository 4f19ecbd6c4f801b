import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { parseRecording, RecordingError } from "../record/recording.ts";
import { replay } from "../record/replay.ts";
import { printSummary } from "./collect.ts";

export function replayCommand(program: Command): void {
  program
    .command("replay")
    .description(
      "Makes a state.json from a recording, without a network and at the recording's time.",
    )
    .argument("<file>", "what record wrote")
    .option(
      "--state <file>",
      "the state to write; what is there is replaced",
      "out/board/replay/state.json",
    )
    .action(async (file: string, { state: statePath }: { state: string }) => {
      const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
        const reason = error.code === "ENOENT" ? "there is no such file" : error.message;
        throw new RecordingError(`Cannot read ${file}: ${reason}.`);
      });
      printSummary(await replay(parseRecording(text, file), statePath), statePath);
    });
}
