import { mkdir } from "node:fs/promises";
import { env } from "node:process";
import { type Command, InvalidArgumentError } from "commander";
import { buildBoard } from "../build-board.ts";
import { collectBoard } from "../collect/collect-board.ts";
import { lineOf } from "../collect/summary.ts";
import { notify } from "../notify/notify.ts";
import { serveFolder } from "../serve/serve-folder.ts";
import { parseEvery } from "../watch/every.ts";
import { repeat } from "../watch/repeat.ts";
import { readConfig } from "./files.ts";
import { untilInterrupted } from "./interrupts.ts";
import {
  allowPrivateHosts,
  configOption,
  resultsOption,
  siteOption,
  stateOption,
} from "./options.ts";
import { announce, parsePort } from "./serve.ts";

interface WatchOptions {
  readonly every: number;
  readonly config: string;
  readonly state: string;
  readonly results: string[];
  readonly out: string;
  readonly allowPrivate: string[];
  readonly port?: number;
  readonly host: string;
}

export function watchCommand(program: Command): void {
  program
    .command("watch")
    .description("Collects, builds and notifies again and again, until it is interrupted.")
    .option("--every <time>", "from begin to begin, such as 30s, 5m or 1h", everyOf, 300_000)
    .addOption(configOption())
    .addOption(stateOption())
    .addOption(resultsOption())
    .addOption(siteOption())
    .addOption(allowPrivateHosts())
    .option("--port <number>", "serve the site meanwhile, 0 on any free port", parsePort)
    .option("--host <address>", "the address to serve on, 0.0.0.0 for all", "127.0.0.1")
    .action(watchBoard);
}

async function watchBoard(options: WatchOptions): Promise<void> {
  await readConfig(options.config); // a first configuration that cannot be used ends it, a later one does not
  const signal = untilInterrupted();
  await mkdir(options.out, { recursive: true });
  const { port, host } = options;
  await using server =
    port === undefined ? undefined : await serveFolder({ dir: options.out, port, host });
  if (server) announce(server);
  await repeat(() => round(options), {
    everyMs: options.every,
    signal,
    failed: (error) => console.error(error instanceof Error ? error.message : String(error)),
  });
}

/** The configuration is read anew each time, so that a change to it shows without a restart. */
async function round(options: WatchOptions): Promise<void> {
  const { state: statePath, results: resultsPaths, out: outDir, allowPrivate } = options;
  const config = { ...(await readConfig(options.config)), everyMinutes: options.every / 60_000 };
  const { badges, read, causes, warnings } = await collectBoard({
    ...{ config, statePath, allowPrivate, environment: env },
  });
  const { headline } = await buildBoard({ statePath, resultsPaths, outDir, now: Date.now() });
  const time = new Date().toISOString().slice(0, 19).replace("T", " ");
  for (const line of [...warnings, ...causes.map(lineOf)]) console.error(line);
  console.log(`${time} UTC: ${read} of ${badges} badges read, ${headline}`);
  const told = await notify({
    config,
    statePath,
    environment: env,
    isDryRun: false,
    now: Date.now(),
  });
  for (const { isTold, text } of told) (isTold ? console.log : console.error)(text);
}

function everyOf(text: string): number {
  const ms = parseEvery(text);
  if (ms !== undefined) return ms;
  throw new InvalidArgumentError("expected a time from 10s to 24h, such as 30s, 5m or 1h.");
}
