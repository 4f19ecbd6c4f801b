import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { run } from "../../cluster/command.ts";
import type { Tools } from "../../cluster/tools.ts";

/** The containers that are nodes of kind clusters, of names like this. */
export async function nodesOf(name: RegExp, { engine }: Tools): Promise<string[]> {
  const filter = ["--filter", "label=io.x-k8s.kind.cluster", "--format", "{{.Names}}"];
  const { stdout } = await run(engine.path, ["ps", "--all", ...filter], {
    ...{ purpose: "List the nodes of kind's clusters", env: engine.env },
  });
  return stdout
    .split("\n")
    .filter((line) => name.test(line))
    .sort();
}

/** The text of the user's own kubeconfig, which is nobody's to change. */
export async function kubeconfigs(): Promise<string> {
  return readFile(join(homedir(), ".kube/config"), "utf8").catch(() => "");
}
