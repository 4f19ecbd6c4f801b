import { describe, expect, it } from "vitest";
import { type MachineFacts, problemsOf } from "../../cluster/preflight-problems.ts";
import { type Room, shortagesOf } from "../../cluster/room-shortages.ts";

const fit: MachineFacts = {
  platform: "linux",
  engine: "podman",
  cacheDir: "/home/me/.cache/pystol",
  freeDiskBytes: 100 * 2 ** 30,
  cgroupVersion: 1,
  isRootless: false,
  hasLibModules: true,
  nodesResolveNames: true,
};

describe("what keeps a machine from running kind", () => {
  it("is nothing on a machine that is fit", () => {
    expect(problemsOf(fit)).toEqual([]);
  });

  it.each<[Partial<MachineFacts>, string, string]>([
    [{ platform: "darwin" }, "darwin; expected linux", "Use a Linux machine"],
    [{ freeDiskBytes: 2 ** 31 }, "/home/me/.cache/pystol has 2.0 GiB free", "XDG_CACHE_HOME"],
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
    expect(problemsOf({ ...fit, freeDiskBytes: 0, hasLibModules: false })).toHaveLength(2);
  });
});

describe("the room for a cluster", () => {
  const room: Room = {
    availableMemoryBytes: 8 * 2 ** 30,
    inotifyInstances: 128,
    usedInotifyInstances: 0,
    inotifyWatches: 65_536,
  };

  it("is enough where Debian's limits are all free", () => {
    expect(shortagesOf(room, 2)).toEqual([]);
  });

  it.each<[Partial<Room>, string, string]>([
    [{ availableMemoryBytes: 2 ** 30 }, "1.0 GiB of memory", "End what is not needed"],
    [{ usedInotifyInstances: 104 }, "24 of fs.inotify.max_user_instances = 128", "sudo sysctl"],
    [{ inotifyWatches: 1000 }, "max_user_watches is 1000", "sudo sysctl"],
  ])("%j is named with its value and with what to do", (lack, fact, advice) => {
    const [shortage, ...others] = shortagesOf({ ...room, ...lack }, 2);
    expect(others).toEqual([]);
    expect(shortage).toContain(fact);
    expect(shortage).toContain(advice);
  });

  it("has to be larger for more workers", () => {
    expect(shortagesOf({ ...room, usedInotifyInstances: 64 }, 2)).toEqual([]);
    expect(shortagesOf({ ...room, usedInotifyInstances: 64 }, 3)).toHaveLength(1);
  });
});
