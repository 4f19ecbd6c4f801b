import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { run } from "../../cluster/command.ts";
import type { Tools } from "../../cluster/tools.ts";

/** The containers that are nodes of a kind cluster. */
export async function nodesOf(cluster: string, { engine }: Tools): Promise<string[]> {
  const format = ["--format", "{{.Names}}"];
  const { stdout } = await run(
    engine.path,
    ["ps", "--all", "--filter", `label=io.x-k8s.kind.cluster=${cluster}`, ...format],
    { purpose: `List the nodes of the cluster ${cluster}`, env: engine.env },
  );
  return stdout.split("\n").filter(Boolean).sort();
}

/** The text of the user's own kubeconfig, which is nobody's to change. */
export async function kubeconfigs(): Promise<string> {
  return readFile(join(homedir(), ".kube/config"), "utf8").catch(() => "");
}
