import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { isOurs, kindConfig, MARK } from "../../cluster/kind-config.ts";
import { clusterName, workerCount } from "../../cluster/options.ts";

describe("the configuration of a kind cluster", () => {
  const config = (workers: number, cgroupVersion: 1 | 2) =>
    parse(kindConfig({ workers, cgroupVersion, mark: "/cache/dev" }));

  it("has one control plane, the workers asked for, and our mark on each", () => {
    const extraMounts = [{ hostPath: "/cache/dev", containerPath: MARK, readOnly: true }];
    expect(config(2, 2).nodes).toEqual([
      { role: "control-plane", extraMounts },
      { role: "worker", extraMounts },
      { role: "worker", extraMounts },
    ]);
  });

  it("lets the kubelet start on cgroup v1, and leaves it alone on v2", () => {
    const [patch] = config(0, 1).kubeadmConfigPatches;
    expect(parse(patch)).toEqual({ kind: "KubeletConfiguration", failCgroupV1: false });
    expect(config(0, 2)).not.toHaveProperty("kubeadmConfigPatches");
  });
});

describe("whether a cluster is ours", () => {
  const container = (...mounts: { Source: string; Destination: string }[]) =>
    JSON.stringify(mounts);
  const lib = { Source: "/lib/modules", Destination: "/lib/modules" };
  const ours = container(lib, { Source: "/cache/dev", Destination: MARK });

  it.each([
    ["every node has our mark", [ours, ours], true],
    ["a node has none", [ours, container(lib)], false],
    ["no node has one", [container(lib)], false],
    ["the mark is that of another cache", [container({ Source: "/b", Destination: MARK })], false],
    [
      "our folder is mounted elsewhere",
      [container({ Source: "/cache/dev", Destination: "/x" })],
      false,
    ],
  ])("when %s", (_what, lines, expected) => {
    expect(isOurs(`${lines.join("\n")}\n`, "/cache/dev")).toBe(expected);
  });
});

describe("the options of the command", () => {
  it.each(["pystol", "dev-2", "a.b"])("take %s for a cluster's name", (name) => {
    expect(clusterName(name)).toBe(name);
  });

  it.each(["", "Pystol", "-a", "a b", "$(id)", "a".repeat(50)])("refuse the name %j", (name) => {
    expect(() => clusterName(name)).toThrow('such as "pystol"');
  });

  it.each(["-1", "two", "10", ""])("refuse %j workers", (count) => {
    expect(() => workerCount(count)).toThrow("from 0 to 9");
  });
});
