import { expect, test } from "vitest";
import { dockerFacts, podmanFacts } from "../../../../client/kind/engine-facts.ts";

test.each([
  [
    "Docker",
    dockerFacts({
      DockerRootDir: "/var/lib/docker",
      Architecture: "x86_64",
      CgroupVersion: "2",
      SecurityOptions: ["name=seccomp,profile=builtin", "name=rootless"],
    }),
    { storage: "/var/lib/docker", architecture: "amd64", cgroupVersion: 2, isRootless: true },
  ],
  [
    "nerdctl, which names no folder",
    dockerFacts({ Architecture: "aarch64", CgroupVersion: "1", SecurityOptions: null }),
    { storage: undefined, architecture: "arm64", cgroupVersion: 1, isRootless: false },
  ],
  [
    "Podman",
    podmanFacts({
      host: { arch: "amd64", cgroupVersion: "v1", security: { rootless: false } },
      store: { graphRoot: "/var/lib/containers/storage" },
    }),
    {
      storage: "/var/lib/containers/storage",
      architecture: "amd64",
      cgroupVersion: 1,
      isRootless: false,
    },
  ],
  [
    "an engine that says nothing",
    podmanFacts({}),
    { storage: undefined, architecture: undefined, cgroupVersion: undefined, isRootless: false },
  ],
])("%s", (_engine, facts, expected) => {
  expect(facts).toEqual(expected);
});
