import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { cacheDirOf } from "../cluster/cache.ts";
import { deleteKindCluster } from "../cluster/kind-cluster.ts";
import { ensureTools } from "../cluster/tools.ts";

declare module "vitest" {
  interface ProvidedContext {
    started: Started;
  }
}

/** What `npm start` did, or why there could be no cluster here. */
export interface Started {
  /** Why the tests that need a cluster are skipped. */
  skipReason: string;
  exitCode: number | null;
  output: string;
  root: string;
  out: string;
  kubeconfig: string;
}

const root = join(import.meta.dirname, "../..");

/** One cluster serves all the tests: the one that `npm start` makes. What it left in out/ and said is tested too. */
export default async function setup(project: TestProject) {
  const progress = (text: string) => console.log(`e2e: ${text}`);
  const mayInstall = Boolean(process.env.CI);
  const options = { cacheDir: cacheDirOf(process.env), progress, mayInstall };
  const tools = await ensureTools(options).catch((error: Error) => error);
  const out = join(root, "out");
  const started: Started = {
    skipReason: "",
    exitCode: null,
    output: "",
    root,
    out,
    kubeconfig: join(out, "kubeconfig"),
  };
  if (tools instanceof Error) {
    // Where a machine of ours lacks something it is a failure; elsewhere the tests are skipped, with the reason.
    if (mayInstall) throw tools;
    started.skipReason = tools.message.split("\n")[0] ?? "no tools";
    project.provide("started", started);
    return;
  }
  const child = spawn("npm", ["start", "--silent", "--", "--no-serve", "--keep"], { cwd: root });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      started.output += chunk;
      process.stdout.write(chunk);
    });
  }
  [started.exitCode] = await once(child, "exit");
  project.provide("started", started);
  return () => deleteKindCluster({ name: "pystol", tools, progress });
}
