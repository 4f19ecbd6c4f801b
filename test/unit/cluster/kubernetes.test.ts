import { describe, expect, it } from "vitest";
import { toolchainModule } from "../../cluster/go-program.ts";
import { imagesByWord, versionVariables } from "../../cluster/kubernetes.ts";
import { startsAtLeast } from "../../cluster/release.ts";
import { renameImages } from "../../cluster/rename-images.ts";

describe("versions", () => {
  it.each([
    ["1.26.8", "1.25", true],
    ["1.25", "1.25", true],
    ["1.26rc1", "1.25", true],
    ["1.9", "1.25", false],
    ["2.0", "1.25", true],
    ["0.33.0", "0.30", true],
    ["devel +abc", "1.25", false],
  ])("%s is at least %s: %s", (version, least, expected) => {
    expect(startsAtLeast(version, least)).toBe(expected);
  });

  it.each([
    ["x64", "golang.org/toolchain@v0.0.1-go1.26.8.linux-amd64"],
    ["arm64", "golang.org/toolchain@v0.0.1-go1.26.8.linux-arm64"],
  ])("of Go are modules, one for each architecture: %s", (architecture, module) => {
    expect(toolchainModule("1.26.8", architecture)).toBe(module);
  });

  it("are set where kubectl looks for its own and where the servers do", () => {
    const variables = versionVariables("1.34.4");
    expect(variables).toContain("k8s.io/component-base/version.gitVersion=v1.34.4");
    expect(variables).toContain("k8s.io/client-go/pkg/version.gitVersion=v1.34.4");
    expect(variables).toContain("k8s.io/client-go/pkg/version.gitMinor=34");
  });
});

describe("the images of a control plane", () => {
  it("are found in kubeadm's list by their last word", () => {
    const images = imagesByWord(
      [
        "I1123 07:00:00.000000 remote version is newer; falling back to: stable-1.34",
        "registry.k8s.io/kube-proxy:v1.34.4",
        "registry.k8s.io/coredns/coredns:v1.12.1",
        "registry.k8s.io/etcd:3.6.5-0",
        "",
      ].join("\n"),
    );
    expect([...images]).toEqual([
      ["kube-proxy", "registry.k8s.io/kube-proxy:v1.34.4"],
      ["coredns", "registry.k8s.io/coredns/coredns:v1.12.1"],
      ["etcd", "registry.k8s.io/etcd:3.6.5-0"],
    ]);
  });

  it("get the names that kubeadm wants in an archive of ours", () => {
    const image = { Config: "a.json", Layers: ["a.tar"] };
    const renamed = renameImages([{ ...image, RepoTags: ["ours:1"] }], (tag) => [
      `${tag}-a`,
      `${tag}-b`,
    ]);
    expect(renamed).toEqual([{ ...image, RepoTags: ["ours:1-a", "ours:1-b"] }]);
  });
});
