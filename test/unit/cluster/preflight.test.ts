import { describe, expect, it } from "vitest";
import { type MachineFacts, problemsOf } from "../../cluster/preflight-problems.ts";

const fit: MachineFacts = {
  platform: "linux",
  engine: "podman",
  cacheDir: "/home/me/.cache/pystol",
  freeDiskBytes: 100 * 2 ** 30,
  availableMemoryBytes: 8 * 2 ** 30,
  inotifyInstances: 128,
  inotifyWatches: 65_536,
  cgroupVersion: 1,
  isRootless: false,
  hasLibModules: true,
  nodesResolveNames: true,
};

describe("what keeps a machine from running a cluster", () => {
  it("is nothing on a machine that is fit", () => {
    expect(problemsOf(fit)).toEqual([]);
  });

  it.each<[Partial<MachineFacts>, string, string]>([
    [{ platform: "darwin" }, "darwin; expected linux", "Use a Linux machine"],
    [{ freeDiskBytes: 2 ** 31 }, "/home/me/.cache/pystol has 2.0 GiB free", "XDG_CACHE_HOME"],
    [{ availableMemoryBytes: 2 ** 30 }, "1.0 GiB of memory", "End what is not needed"],
    [
      { inotifyInstances: 8 },
      "max_user_instances is 8",
      "sudo sysctl fs.inotify.max_user_instances",
    ],
    [
      { inotifyWatches: 8192 },
      "max_user_watches is 8192",
      "sudo sysctl fs.inotify.max_user_watches",
    ],
    [
      { isRootless: true },
      "podman runs without root",
      "https://kind.sigs.k8s.io/docs/user/rootless/",
    ],
    [{ hasLibModules: false }, "/lib/modules does not exist", "sudo mkdir -p /lib/modules"],
    [{ nodesResolveNames: false }, "nodes do not find each other", "apt-get install"],
  ])("%j is named with its value and with what to do", (lack, fact, advice) => {
    const [problem, ...others] = problemsOf({ ...fit, ...lack });
    expect(others).toEqual([]);
    expect(problem).toContain(fact);
    expect(problem).toContain(advice);
  });

  it("does not forbid to run without root where cgroup v2 makes it possible", () => {
    expect(problemsOf({ ...fit, isRootless: true, cgroupVersion: 2 })).toEqual([]);
  });

  it("is told at once when there is more than one thing", () => {
    expect(problemsOf({ ...fit, freeDiskBytes: 0, inotifyInstances: 1 })).toHaveLength(2);
  });
});
