import { Command, CommanderError } from "commander";
import { buildCommand } from "./commands/build.ts";
import { checkCommand } from "./commands/check.ts";
import { collectCommand } from "./commands/collect.ts";
import { discoverCommand } from "./commands/discover.ts";
import { explainCommand } from "./commands/explain.ts";
import { importCommand } from "./commands/import.ts";
import { lintCommand } from "./commands/lint.ts";
import { notifyCommand } from "./commands/notify.ts";
import { recordCommand } from "./commands/record.ts";
import { replayCommand } from "./commands/replay.ts";
import { serveCommand } from "./commands/serve.ts";
import { watchCommand } from "./commands/watch.ts";
import { ConfigError } from "./config/problems.ts";
import { RepositoryError } from "./discover/find-repository.ts";
import { GitHubError } from "./discover/github-api.ts";
import { TextError } from "./languages/texts.ts";
import { RecordingError } from "./record/recording.ts";
import { ServeError } from "./serve/serve-folder.ts";
import { StateFileError } from "./state/state-file.ts";

const FAILED = 1;
const USAGE_ERROR = 2;

const program = new Command("board")
  .description("A static page of build badges and of the results of Pystol runs.")
  .exitOverride()
  .showHelpAfterError("(--help shows the usage)");
const commands = [
  ...[collectCommand, buildCommand, serveCommand, watchCommand, notifyCommand],
  ...[explainCommand, importCommand, recordCommand, replayCommand],
  ...[checkCommand, discoverCommand, lintCommand],
];
for (const register of commands) register(program);

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
  } else if (isExplained(error)) {
    console.error(error.message);
    process.exitCode = error instanceof ConfigError ? USAGE_ERROR : FAILED;
  } else {
    throw error;
  }
}

/** Errors whose message says all that a person needs. */
function isExplained(error: unknown): error is Error {
  const kinds = [
    ConfigError,
    GitHubError,
    RepositoryError,
    RecordingError,
    ServeError,
    StateFileError,
    TextError,
  ];
  return kinds.some((kind) => error instanceof kind);
}
