import { Command, CommanderError } from "commander";
import { explain } from "./explain.ts";

const USAGE_ERROR = 2;

const program = new Command("board")
  .description("A static page of build badges and Pystol results.")
  .exitOverride()
  .showHelpAfterError("(run it with --help for the usage)");

program
  .command("explain")
  .description("Says what each badge means and which rule decided, one JSON object a line.")
  .argument("<source...>", "files or http(s) URLs")
  .action(async (sources: string[]) => {
    for (const source of sources) {
      const { explanation, wasRead } = await explain(source);
      console.log(JSON.stringify(explanation));
      if (!wasRead) process.exitCode = 1;
    }
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : USAGE_ERROR;
}
