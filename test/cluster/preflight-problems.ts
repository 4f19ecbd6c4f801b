import { installCommand } from "./packages.ts";

export interface MachineFacts {
  readonly platform: string;
  readonly engine: "docker" | "podman";
  readonly cacheDir: string;
  readonly freeDiskBytes: number;
  readonly cgroupVersion: 1 | 2;
  readonly isRootless: boolean;
  readonly hasLibModules: boolean;
  readonly nodesResolveNames: boolean;
}

const GIB = 2 ** 30;

/** Caches of the compiler, programs, images and three nodes, measured: 9 GiB from nothing. */
const NEEDED_DISK_BYTES = 10 * GIB;

/** A sentence for each fact that keeps a machine from running kind, with what to do about it. */
export function problemsOf(facts: MachineFacts): string[] {
  const gib = (bytes: number) => `${(bytes / GIB).toFixed(1)} GiB`;
  const checks: readonly (readonly [boolean, string])[] = [
    [
      facts.platform === "linux",
      `The system is ${facts.platform}; expected linux. Use a Linux machine or virtual machine.`,
    ],
    [
      facts.freeDiskBytes >= NEEDED_DISK_BYTES,
      `${facts.cacheDir} has ${gib(facts.freeDiskBytes)} free; expected ${gib(NEEDED_DISK_BYTES)}. Make room, or set XDG_CACHE_HOME to a folder on a larger disk.`,
    ],
    [
      !(facts.isRootless && facts.cgroupVersion === 1),
      `${facts.engine} runs without root, which needs cgroup v2; this machine has v1. Run as root: https://kind.sigs.k8s.io/docs/user/rootless/`,
    ],
    [
      facts.hasLibModules,
      "The folder /lib/modules does not exist; every kind node mounts it. Make it: sudo mkdir -p /lib/modules",
    ],
    [
      facts.nodesResolveNames,
      `Podman's networks have no DNS, so nodes do not find each other. Install its plug-in: ${installCommand(["golang-github-containernetworking-plugin-dnsname"])}`,
    ],
  ];
  return checks.filter(([holds]) => !holds).map(([, problem]) => problem);
}
