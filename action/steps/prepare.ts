import { scriptCommand } from "../../client/scenario/command.ts";
import { environmentOfCommands } from "../command-environment.ts";
import type { Step } from "../context.ts";

/** Runs the user's own preparation, such as deploying what the faults are to act on. */
export const prepare: Step = {
  name: "prepare",
  title: "Prepare",
  skip: ({ inputs }) => (inputs.prepare === "" ? 'the input "prepare" is empty' : undefined),
  run: async (run) => {
    const { inputs, workspace, temp, signal } = run;
    const environment = environmentOfCommands(run);
    const command = scriptCommand({
      ...{ script: inputs.prepare, workingDirectory: workspace, temp, environment },
    });
    const { problem } = await command({ actions: [], signal });
    if (problem) throw new Error(`The preparation (input "prepare") failed: ${problem}.`);
  },
};
