import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "./cache.ts";
import { run } from "./command.ts";
import { goBuild } from "./go.ts";
import type { GoWhere } from "./go-program.ts";
import { sourceFiles } from "./source-files.ts";
import { KUBERNETES_VERSION } from "./versions.ts";

const GO_FOLDER = join(import.meta.dirname, "go");

const COMPONENTS = ["kube-apiserver", "kube-controller-manager", "kubeadm", "kubectl"];

/**
 * The folder of Kubernetes' programs, compiled once: `kubernetes` (every component in one),
 * links to it by the names of those that run outside a node, `etcd`, `pause` and `podnet`.
 */
export async function kubernetesPrograms(where: GoWhere): Promise<string> {
  const moduleFolder = join(GO_FOLDER, "kubernetes");
  return cached({
    ...where,
    name: `kubernetes-${KUBERNETES_VERSION}`,
    inputs: { ...(await sourceFiles(moduleFolder)), version: KUBERNETES_VERSION },
    build: async (outputFolder) => {
      where.progress(
        `Compile Kubernetes ${KUBERNETES_VERSION} and etcd (some 6 minutes on two cores, once)`,
      );
      await goBuild({
        purpose: `Compile Kubernetes ${KUBERNETES_VERSION}`,
        moduleFolder,
        packages: "./cmd/...",
        outputFolder,
        where,
        variables: versionVariables(KUBERNETES_VERSION),
      });
      for (const name of COMPONENTS) await symlink("kubernetes", join(outputFolder, name));
    },
  });
}

/** The folder of `coredns`, compiled once. */
export async function corednsProgram(where: GoWhere): Promise<string> {
  const moduleFolder = join(GO_FOLDER, "coredns");
  return cached({
    ...where,
    name: "coredns",
    inputs: await sourceFiles(moduleFolder),
    build: async (outputFolder) => {
      where.progress("Compile CoreDNS");
      await goBuild({
        purpose: "Compile CoreDNS",
        moduleFolder,
        packages: ".",
        outputFolder,
        where,
      });
    },
  });
}

/**
 * What Kubernetes' own build sets, for both places that tell a version.
 * https://github.com/kubernetes/kubernetes/blob/v1.34.4/hack/lib/version.sh
 */
export function versionVariables(version: string): string[] {
  const [major = "", minor = ""] = version.split(".");
  const values = {
    gitVersion: `v${version}`,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: "clean",
  };
  return ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].flatMap((path) =>
    Object.entries(values).map(([name, value]) => `${path}.${name}=${value}`),
  );
}

/** The names of the images that kubeadm will ask for, by their last word: "etcd", "kube-proxy". */
export async function kubeadmImages(programs: string): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await run(
    join(programs, "kubeadm"),
    ["config", "images", "list", "--kubernetes-version", `v${KUBERNETES_VERSION}`],
    { purpose: "Ask kubeadm for the names of its images" },
  );
  return imagesByWord(stdout);
}

/** Reads `kubeadm config images list`: an image a line. Exported for its tests. */
export function imagesByWord(output: string): ReadonlyMap<string, string> {
  const images = output.split("\n").filter((line) => /^\S+\/\S+:\S+$/.test(line));
  return new Map(images.map((image) => [/([^/:]+):[^:]+$/.exec(image)?.[1] ?? "", image]));
}
