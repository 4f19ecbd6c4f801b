import { run } from "../command.ts";
import type { Engine } from "./engine.ts";
import { type Kind, kind } from "./kind.ts";

/** The containers that are nodes of a cluster; a load balancer in front of several control planes runs no pods. */
export async function nodeNames(
  program: Kind,
  name: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const output = await kind(program, ["get", "nodes", "--name", name], { signal });
  const names = output.split("\n").filter((line) => line && !line.startsWith("No kind nodes"));
  const nodes = names.filter((node) => !node.endsWith("-external-load-balancer"));
  if (nodes.length === 0) throw new Error(`The kind cluster ${name} has no nodes any more.`);
  return nodes;
}

/** The full names of the images that a node's containerd has for Kubernetes. */
export async function imagesOnNode(
  engine: Engine,
  node: string,
  signal?: AbortSignal,
): Promise<Set<string>> {
  const output = await ctr(engine, node, ["images", "list", "--quiet"], signal);
  return new Set(output.split("\n").map((line) => line.trim()));
}

/** Gives an image on a node a second name. */
export async function nameOnNode(
  engine: Engine,
  names: { node: string; from: string; to: string },
  signal?: AbortSignal,
): Promise<void> {
  await ctr(engine, names.node, ["images", "tag", "--force", names.from, names.to], signal);
}

function ctr(engine: Engine, node: string, args: string[], signal: AbortSignal | undefined) {
  const { path, environment } = engine;
  return run(path, ["exec", node, "ctr", "--namespace", "k8s.io", ...args], {
    environment,
    signal,
  });
}
