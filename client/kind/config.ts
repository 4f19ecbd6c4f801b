import { parse } from "yaml";

/** A kind cluster's name: it becomes part of the names of containers and hosts. */
export function isClusterName(name: string): boolean {
  return /^[a-z0-9]([a-z0-9.-]{0,48}[a-z0-9])?$/.test(name);
}

/**
 * The configuration of a cluster with one control plane and that many workers.
 * https://kind.sigs.k8s.io/docs/user/configuration/
 */
export function kindConfig(workers: number): string {
  const nodes = ["control-plane", ...Array<string>(workers).fill("worker")];
  return [
    "kind: Cluster",
    "apiVersion: kind.x-k8s.io/v1alpha4",
    "nodes:",
    ...nodes.map((role) => `  - role: ${role}`),
    "",
  ].join("\n");
}

/** What a kind configuration asks of the machine. */
export interface KindConfigFacts {
  nodes: number;
  /** The node images that it names; an image given to kind goes before them. */
  images: string[];
  /** Whether the kubelet is to run on cgroup v1 where it otherwise would not. */
  allowsCgroupV1: boolean;
  /** Whether it names ports of the host, instead of letting them be drawn. */
  hasFixedPorts: boolean;
  /** Whether it says on which address of the host the API server listens. */
  hasApiServerAddress: boolean;
}

/**
 * Reads a configuration as far as it is known here. What cannot be read counts as a configuration of one node: kind says what is
 * wrong with it, and where.
 */
export function kindConfigFacts(text: string): KindConfigFacts {
  const { nodes } = yamlObject(text) as { nodes?: unknown };
  const list = Array.isArray(nodes) && nodes.length > 0 ? nodes : [{}];
  const images = list.flatMap((node: { image?: unknown } | null) =>
    typeof node?.image === "string" ? [node.image] : [],
  );
  return {
    nodes: list.length,
    images: [...new Set(images)],
    // It stands in a patch, which is text within the text.
    allowsCgroupV1: /\bfailCgroupV1"?\s*:\s*false\b/.test(text),
    hasFixedPorts: /\b(?:hostPort|apiServerPort)"?\s*:\s*[1-9]/.test(text),
    hasApiServerAddress: /\bapiServerAddress"?\s*:/.test(text),
  };
}

function yamlObject(text: string): object {
  try {
    const value: unknown = parse(text, { maxAliasCount: 100 });
    return typeof value === "object" && value !== null ? value : {};
  } catch (_noYaml) {
    return {};
  }
}
