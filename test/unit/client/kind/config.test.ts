import { expect, test } from "vitest";
import { parse } from "yaml";
import { isClusterName, kindConfig } from "../../../../client/kind/config.ts";

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
