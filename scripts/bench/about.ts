import { cpus, totalmem } from "node:os";
import { run } from "../../test/cluster/command.ts";
import { KUBERNETES_VERSION } from "../../test/cluster/versions.ts";

/** What one must know of a measurement to judge it: when, of what and on what it was made. */
export async function about(root: string): Promise<{
  startedAt: string;
  commit: string;
  machine: string;
  kubernetes: string;
}> {
  const git = async (...args: string[]) =>
    (await run("git", args, { cwd: root, purpose: "Ask git for the commit" })).stdout.trim();
  const changed = await git("status", "--porcelain", "--untracked-files=no");
  const [cpu] = cpus();
  return {
    startedAt: new Date().toISOString(),
    commit: `${await git("rev-parse", "--short", "HEAD")}${changed ? " with changes" : ""}`,
    machine: `${cpus().length} cores (${cpu?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.version}`,
    kubernetes: KUBERNETES_VERSION,
  };
}
