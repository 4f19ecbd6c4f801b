import { Command, CommanderError } from "commander";
import { ExplainedError } from "./explained-error.ts";

const USAGE_ERROR = 2;

type Register = (program: Command) => void;

/** Each command is loaded only when it is asked for: what one of them needs, the others do not wait for. */
const COMMANDS = new Map<string, () => Promise<Register>>([
  ["check", async () => (await import("./commands/check.ts")).checkCommand],
  ["collect", async () => (await import("./commands/collect.ts")).collectCommand],
  ["build", async () => (await import("./commands/build.ts")).buildCommand],
  ["serve", async () => (await import("./commands/serve.ts")).serveCommand],
  ["watch", async () => (await import("./commands/watch.ts")).watchCommand],
  ["notify", async () => (await import("./commands/notify.ts")).notifyCommand],
  ["explain", async () => (await import("./commands/explain.ts")).explainCommand],
  ["discover", async () => (await import("./commands/discover.ts")).discoverCommand],
  ["lint", async () => (await import("./commands/lint.ts")).lintCommand],
  ["import", async () => (await import("./commands/import.ts")).importCommand],
  ["record", async () => (await import("./commands/record.ts")).recordCommand],
  ["replay", async () => (await import("./commands/replay.ts")).replayCommand],
]);

const program = new Command("board")
  .description("A static page of build badges and of the results of Pystol runs.")
  .exitOverride()
  .showHelpAfterError("(--help shows the usage)");

// A reader such as `head` may have enough before we end; that is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

try {
  const asked = COMMANDS.get(process.argv[2] ?? "");
  const loads = asked === undefined ? [...COMMANDS.values()] : [asked]; // the help lists them all
  for (const load of loads) (await load())(program);
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : USAGE_ERROR;
  } else if (error instanceof ExplainedError) {
    console.error(error.message);
    process.exitCode = error.exitCode;
  } else {
    throw error;
  }
}
