import { describe, expect, test } from "vitest";
import {
  type ClusterPlan,
  type MachineFacts,
  preflightProblems,
} from "../../../../client/kind/preflight-problems.ts";

const GIB = 2 ** 30;

/** GitHub's ubuntu-24.04, as far as it matters. */
const machine: MachineFacts = {
  engine: "docker",
  storage: "/var/lib/docker",
  freeDiskBytes: 20 * GIB,
  availableMemoryBytes: 14 * GIB,
  inotifyInstances: 1024,
  inotifyWatches: 524_288,
  cgroupVersion: 2,
  isRootless: false,
  hasLibModules: true,
  engineHost: undefined,
};
const plan: ClusterPlan = {
  nodes: 1,
  nodeImages: ["docker.io/kindest/node:v1.34.11@sha256:44e2"],
  allowsCgroupV1: false,
  hasApiServerAddress: false,
};
const problems = (facts: Partial<MachineFacts>, asked: Partial<ClusterPlan> = {}) =>
  preflightProblems({ ...machine, ...facts }, { ...plan, ...asked });

test("GitHub's runner has none", () => {
  expect(problems({}, { nodes: 3 })).toEqual({ errors: [], warnings: [] });
});

test("what cannot be known is no problem", () => {
  const unknown = {
    storage: undefined,
    freeDiskBytes: undefined,
    availableMemoryBytes: undefined,
    inotifyInstances: undefined,
    inotifyWatches: undefined,
    cgroupVersion: undefined,
  };
  expect(problems(unknown)).toEqual({ errors: [], warnings: [] });
});

describe("no cluster can come up", () => {
  test.each<[string, Partial<MachineFacts>, Partial<ClusterPlan>, RegExp]>([
    [
      "without room for a node image",
      { freeDiskBytes: 2 * GIB - 1 },
      {},
      /^\/var\/lib\/docker has 2\.0 GiB free; expected at least 2\.0 GiB .* docker system prune/,
    ],
    ["without memory", { availableMemoryBytes: 0.9 * GIB }, {}, /^0\.9 GiB of memory .* 1 node; /],
    ["without memory for workers", { availableMemoryBytes: 1.5 * GIB }, { nodes: 3 }, /3 nodes;/],
    [
      "without inotify instances",
      { inotifyInstances: 59 },
      { nodes: 3 },
      /is 59; expected at least 60 .*sudo sysctl fs\.inotify\.max_user_instances=512$/,
    ],
    [
      "of 1.35 on cgroup v1",
      { cgroupVersion: 1 },
      { nodeImages: ["kindest/node:v1.35.0"] },
      /^The node image is kindest\/node:v1\.35\.0, .* cgroup v1.*or use a node image of 1\.34$/,
    ],
    [
      "without root on cgroup v1",
      { cgroupVersion: 1, isRootless: true },
      {},
      /^docker runs without root/,
    ],
    [
      "in Podman without /lib/modules",
      { engine: "podman", hasLibModules: false },
      {},
      /Make it: sudo mkdir -p \/lib\/modules$/,
    ],
  ])("%s", (_what, facts, asked, message) => {
    expect(problems(facts, asked)).toEqual({
      errors: [expect.stringMatching(message)],
      warnings: [],
    });
  });
});

describe("it is doubtful whether a cluster comes up", () => {
  test.each<[string, Partial<MachineFacts>, RegExp]>([
    ["with little room", { freeDiskBytes: 5 * GIB - 1 }, /5\.0 GiB leave room for images/],
    ["with little memory", { availableMemoryBytes: 2 * GIB - 1 }, /2\.0 GiB leave room for pods/],
    ["with few inotify instances", { inotifyInstances: 59 }, /is 59; 1 nodes? needs? 30/],
    [
      "with an engine elsewhere",
      { engineHost: "dind" },
      /^docker runs on dind, .*apiServerAddress/,
    ],
    ["with few inotify watches", { inotifyWatches: 8191 }, /max_user_watches=524288$/],
  ])("%s", (_what, facts, message) => {
    expect(problems(facts)).toEqual({ errors: [], warnings: [expect.stringMatching(message)] });
  });
});

test.each<[string, Partial<MachineFacts>, Partial<ClusterPlan>]>([
  ["Docker makes /lib/modules itself", { hasLibModules: false }, {}],
  ["1.34 runs on cgroup v1", { cgroupVersion: 1 }, {}],
  [
    "1.35 does where its configuration allows it",
    { cgroupVersion: 1 },
    { nodeImages: ["kindest/node:v1.35.0"], allowsCgroupV1: true },
  ],
  [
    "a tag that names no version is not judged",
    { cgroupVersion: 1 },
    { nodeImages: ["my/node:edge"] },
  ],
  [
    "an engine elsewhere will do where the configuration says where to listen",
    { engineHost: "dind" },
    { hasApiServerAddress: true },
  ],
  ["Ubuntu's own limits do for one node", { inotifyInstances: 128, inotifyWatches: 8192 }, {}],
])("%s", (_what, facts, asked) => {
  expect(problems(facts, asked)).toEqual({ errors: [], warnings: [] });
});
