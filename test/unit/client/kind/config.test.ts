import { expect, test } from "vitest";
import { parse } from "yaml";
import { isClusterName, kindConfig, kindConfigFacts } from "../../../../client/kind/config.ts";

test.each([0, 2])("the configuration has one control plane and %i workers", (workers) => {
  const { kind, nodes } = parse(kindConfig(workers));
  expect(kind).toBe("Cluster");
  expect(nodes.map(({ role }: { role: string }) => role)).toEqual([
    "control-plane",
    ...Array(workers).fill("worker"),
  ]);
});

test.each([
  ["ci", true],
  ["pystol-1.34", true],
  ["", false],
  ["-rf", false],
  ["Upper", false],
  ["a b", false],
  ["a/../b", false],
  ["a".repeat(51), false],
])("%j can name a cluster: %s", (name, can) => {
  expect(isClusterName(name)).toBe(can);
});

test.each<[string, string, Partial<ReturnType<typeof kindConfigFacts>>]>([
  ["nothing", "", { nodes: 1, images: [], allowsCgroupV1: false, hasFixedPorts: false }],
  ["no YAML", "nodes: [", { nodes: 1, images: [] }],
  ["our own", kindConfig(2), { nodes: 3, images: [] }],
  [
    "images, each once",
    "nodes: [{ image: a:1 }, { image: a:1 }, { image: b:1 }, { role: worker }]",
    { nodes: 4, images: ["a:1", "b:1"] },
  ],
  [
    "a kubelet on cgroup v1",
    "kubeadmConfigPatches:\n- |\n  failCgroupV1: false",
    { allowsCgroupV1: true },
  ],
  [
    "a kubelet that refuses it",
    "kubeadmConfigPatches:\n- |\n  failCgroupV1: true",
    { allowsCgroupV1: false },
  ],
  ["a port", "nodes:\n- extraPortMappings:\n  - hostPort: 80", { hasFixedPorts: true }],
  ["an address", 'networking: { apiServerAddress: "10.0.0.1" }', { hasApiServerAddress: true }],
  ["no address", "networking: {}", { hasApiServerAddress: false }],
  ["a drawn port", "networking:\n  apiServerPort: 0", { hasFixedPorts: false }],
])("a configuration with %s says what it asks of the machine", (_what, text, facts) => {
  expect(kindConfigFacts(text)).toMatchObject(facts);
});
