import { Command, CommanderError } from "commander";
import { buildCommand } from "./commands/build.ts";
import { collectCommand } from "./commands/collect.ts";
import { explainCommand } from "./commands/explain.ts";
import { ConfigError } from "./config/parse-config.ts";
import { StateFileError } from "./state/state-file.ts";

const FAILED = 1;
const USAGE_ERROR = 2;

const program = new Command("board")
  .description("A static page of build badges and of the results of Pystol runs.")
  .exitOverride()
  .showHelpAfterError("(--help shows the usage)");
for (const register of [collectCommand, buildCommand, explainCommand]) register(program);

// A reader such as `head` may have enough before we end; that is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : USAGE_ERROR;
  } else if (error instanceof ConfigError || error instanceof StateFileError) {
    console.error(error.message);
    process.exitCode = error instanceof ConfigError ? USAGE_ERROR : FAILED;
  } else {
    throw error;
  }
}
