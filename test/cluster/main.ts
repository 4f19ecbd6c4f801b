import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { cacheDirOf } from "./cache.ts";
import { startControlPlane } from "./control-plane.ts";
import { createKindCluster, deleteKindCluster } from "./kind-cluster.ts";
import { clusterName, workerCount } from "./options.ts";
import { ensureTools, type Tools } from "./tools.ts";

const cacheDir = cacheDirOf(process.env);
const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => interruption.abort());
}

const started = performance.now();

function progress(phase: string): void {
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stderr.write(`${`${seconds} s`.padStart(6)}  ${phase}\n`);
}

/** Who types these commands asks for a set-up; that is what may install packages. */
function tools(): Promise<Tools> {
  return ensureTools({ cacheDir, progress, mayInstall: true });
}

async function up(options: { name: string; workers: number; kubeconfig?: string }): Promise<void> {
  const { name, workers } = options;
  const kubeconfig = options.kubeconfig ?? join(cacheDir, "clusters", `${name}.kubeconfig`);
  const signal = interruption.signal;
  await createKindCluster({ name, workers, kubeconfig, tools: await tools(), progress, signal });
  progress("Ready");
  process.stdout.write(`export KUBECONFIG=${kubeconfig}\n`);
}

async function down(options: { name: string }): Promise<void> {
  await deleteKindCluster({ name: options.name, tools: await tools(), progress });
  await rm(join(cacheDir, "clusters", `${options.name}.kubeconfig`), { force: true });
}

async function controlPlane(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "pystol-control-plane-"));
  try {
    await using running = await startControlPlane({ cacheDir, dir, progress });
    progress("Ready; Ctrl-C ends it");
    process.stdout.write(`export KUBECONFIG=${running.kubeconfig}\n`);
    if (!interruption.signal.aborted) await once(interruption.signal, "abort");
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const program = new Command("cluster").description(
  "Makes clusters to develop and test on. Everything is kept in $XDG_CACHE_HOME/pystol.",
);
program
  .command("up")
  .description("make a kind cluster, in place of one of the same name made before")
  .option("--name <name>", "its name", clusterName, "pystol")
  .option("--workers <count>", "its workers, beside one control plane", workerCount, 2)
  .option("--kubeconfig <file>", "where its kubeconfig goes (default: in the cache)")
  .action(up);
program
  .command("down")
  .description("delete a kind cluster that `up` made")
  .option("--name <name>", "its name", clusterName, "pystol")
  .action(down);
program
  .command("prepare")
  .description("make the tools and images that `up` needs, and no cluster")
  .action(async () => {
    await tools();
    progress("Ready");
  });
program
  .command("control-plane")
  .description("run etcd, an API server and a controller manager until Ctrl-C")
  .action(controlPlane);

try {
  await program.parseAsync();
} catch (error) {
  const interrupted = interruption.signal.aborted;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(interrupted ? "Interrupted; nothing is left behind.\n" : `${message}\n`);
  process.exitCode = interrupted ? 130 : 1;
}
