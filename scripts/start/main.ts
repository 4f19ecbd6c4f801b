import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resultsTable } from "../../client/report/table.ts";
import { boardStep, serveBoard } from "./board-step.ts";
import { clusterSteps, nodesStep } from "./cluster-steps.ts";
import { faultStep } from "./fault-step.ts";
import { parseOptions } from "./options.ts";
import { runSteps } from "./run-steps.ts";
import type { Session } from "./session.ts";

const root = join(import.meta.dirname, "../..");
const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => interruption.abort(new Error(`Interrupted by ${signal}.`)));
}

async function start(): Promise<boolean> {
  const options = parseOptions(process.argv.slice(2));
  const out = join(root, "out");
  await mkdir(out, { recursive: true });
  const temp = await mkdtemp(join(tmpdir(), "pystol-start-"));
  const session: Session = {
    root,
    out,
    temp,
    options,
    environment: process.env,
    mayInstall: process.getuid?.() === 0,
    signal: interruption.signal,
    cleanup: new AsyncDisposableStack(),
  };
  try {
    await runSteps([...clusterSteps, faultStep, nodesStep, boardStep], session);
    const results = JSON.parse(await readFile(join(out, "results.json"), "utf8"));
    process.stdout.write(
      `\n${resultsTable(results)}\n\nLeft in ${out}: results.json, junit.xml, summary.md, site/index.html\n`,
    );
    if (options.serve) await serveBoard(session, (text) => process.stdout.write(text));
    return session.isPassed ?? false;
  } finally {
    await rm(temp, { recursive: true, force: true });
    if (options.keep) process.stdout.write(keptWords(session));
    else {
      process.stdout.write("Taking away what was made\n");
      await session.cleanup.disposeAsync();
    }
  }
}

function keptWords({ kubeconfig, client }: Session): string {
  if (!client) return "";
  return kubeconfig
    ? `The cluster is left: export KUBECONFIG=${kubeconfig}; remove it with: npm run cluster -- down\n`
    : "Pystol and the demo application are left in the given cluster.\n";
}

try {
  process.exitCode = (await start()) ? 0 : 1;
} catch (error) {
  const isInterrupted = interruption.signal.aborted;
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = isInterrupted ? 130 : 1;
}
