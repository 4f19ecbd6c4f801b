import { access } from "node:fs/promises";
import { join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { type ServedFolder, ServeError, serveFolder } from "../serve/serve-folder.ts";
import { untilInterrupted } from "./interrupts.ts";
import { siteOption } from "./options.ts";

export function serveCommand(program: Command): void {
  program
    .command("serve")
    .description("Serves the built site until it is interrupted.")
    .addOption(siteOption("the site that build made"))
    .option("--port <number>", "0 for any free one", parsePort, 8080)
    .option("--host <address>", "the address to listen on, 0.0.0.0 for all", "127.0.0.1")
    .action(async ({ out, ...where }: { out: string; port: number; host: string }) => {
      await access(join(out, "index.html")).catch(() => {
        throw new ServeError(`There is no board in ${out}. Run "npm run board -- build" first.`);
      });
      const signal = untilInterrupted();
      await using server = await serveFolder({ dir: out, ...where });
      announce(server);
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    });
}

export function announce({ url }: ServedFolder): void {
  console.log(`The board is at ${url} until Ctrl-C.`);
}

/** A TCP port as an option's value. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/u.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("expected a port from 0 to 65535.");
}
