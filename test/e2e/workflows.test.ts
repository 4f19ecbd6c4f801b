import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { enableNamespace } from "../../client/enable.ts";
import { pystolActions } from "../../kubernetes/resources.ts";
import { buildImages } from "../../scripts/images/build-images.ts";
import { cacheDirOf } from "../cluster/cache.ts";
import { goTool } from "../cluster/go-tool.ts";
import { ensureTools, type Tools } from "../cluster/tools.ts";
import { eventually } from "../support/pystol-control-plane.ts";
import { sampled } from "../support/sample.ts";
import { kubeconfigs, nodesOf } from "./act/leftovers.ts";
import { runWorkflow } from "./act/run-workflow.ts";
import { actWorkspace } from "./act/workspace.ts";
import { type FaultWorld, faultWorld } from "./fault-world.ts";

const started = inject("started");
const why = started.skipReason ? ` (skipped: ${started.skipReason})` : "";
const NAMESPACE = "workflows";
/** What the workflows call the cluster that they make. */
const CLUSTER = /^pystol-act-/;
const CRASH = "crash-with-cluster";
const WORKFLOWS = join(import.meta.dirname, "workflows");

/** What a workflow has to come to. */
interface Expected {
  exitCode: number;
  outcome: "passed" | "failed";
  /** In the output "reason", which is the step's own error where it failed. */
  reason: RegExp;
  summary: RegExp;
  /** Of the errors that mark a place, and of those of commands and probes: title and, where there is one, FILE:LINE. */
  marks?: string[];
  log?: RegExp;
}

const onGivenCluster: Record<string, Expected> = {
  green: {
    ...{ exitCode: 0, outcome: "passed", reason: /^passed: 1 of 1 actions ended as expected/ },
    ...{ summary: /mermaid/, log: /under workflows\/held/ },
  },
  parallel: {
    ...{ exitCode: 0, outcome: "passed", reason: /^passed: 2 of 2/ },
    ...{ summary: /also-held/, log: /under workflows\/held,workflows\/also-held/ },
  },
  "failing-fault": {
    ...{ exitCode: 1, outcome: "failed", reason: /workflows\/nothing ended NoTargets/ },
    ...{ summary: /NoTargets/, marks: ["workflows/nothing: NoTargets faults/nothing.yaml:2"] },
  },
  "failing-command": {
    ...{ exitCode: 1, outcome: "failed", reason: /the command ended with exit code 3/ },
    ...{ summary: /exit code 3/, log: /::notice::from the user's own test/ },
  },
  "short-fault": {
    ...{
      exitCode: 1,
      outcome: "failed",
      reason: /covered [\d.]+ of its 8(\.\d)? s: it ended before/,
    },
    summary: /covered/,
  },
  "breached-probe": {
    ...{
      exitCode: 1,
      outcome: "failed",
      reason: /the probe "open" was breached during the faults/,
    },
    ...{ summary: /open/, log: /The faults are stopped: the probe "open" was breached/ },
    marks: ["workflows/also-held: Error faults/also-held.yaml:2"],
  },
  "bad-manifest": {
    ...{ exitCode: 1, outcome: "failed", reason: /2 problems in the manifests/ },
    ...{ summary: /spec\.rolle is not a field/, log: /did you mean "role"/ },
  },
  pieces: {
    ...{ exitCode: 0, outcome: "failed", reason: /workflows\/nothing ended NoTargets/ },
    ...{
      summary: /workflows\/held/,
      marks: ["workflows/nothing: NoTargets faults/nothing.yaml:2"],
    },
  },
};

describe.skipIf(started.skipReason)(`a workflow that act runs on a real cluster${why}`, () => {
  let world: FaultWorld;
  let tools: Tools;
  let act: string;
  let repository: Awaited<ReturnType<typeof actWorkspace>>;
  const progress = (text: string) => console.log(`e2e: ${text}`);

  beforeAll(async () => {
    const where = { cacheDir: cacheDirOf(process.env), progress };
    tools = await ensureTools({ ...where, mayInstall: false });
    act = await goTool("github.com/nektos/act", "v0.2.89", "act", where);
    repository = await actWorkspace(started.root, { faults: join(WORKFLOWS, "faults") });
    const { kubeconfig } = started;
    world = await faultWorld({ kubeconfig, namespace: NAMESPACE, role: "patch" });
    await enableNamespace(world.client, { namespace: NAMESPACE, roles: ["killpods"] });
    for (const name of ["web", "api"]) await world.makeDeployment(name, 1);
  }, 300_000);
  afterEach(async () => {
    const { items } = await world.client.list(pystolActions, { namespace: NAMESPACE });
    for (const action of items) await world.remove(action);
  }, 120_000);
  afterAll(async () => {
    await repository?.[Symbol.asyncDispose]();
    await world?.[Symbol.asyncDispose]();
  });

  const run = async (name: string) => {
    const text = await readFile(join(WORKFLOWS, `${name}.yml`), "utf8");
    const { operator, runner } = await buildImages({ tools, progress: () => undefined });
    const environment = {
      ...{ CLUSTER: started.kubeconfig, KIND: tools.kind, NODE_IMAGE: tools.nodeImage ?? "" },
      ...{ OPERATOR_IMAGE: operator, RUNNER_IMAGE: runner },
      ...tools.engine.env,
    };
    return runWorkflow({ act, repository: repository.directory, text, environment });
  };
  const annotatedAt = (annotation: { properties: Record<string, string> }) => {
    const { title, file, line } = annotation.properties;
    return file ? `${title} ${file}:${line}` : "";
  };

  test.each(Object.entries(onGivenCluster))("%s", async (name, expected) => {
    const before = [await nodesOf(CLUSTER, tools), await kubeconfigs()];
    await using end = await run(name);
    expect(end.exitCode, end.output.slice(-6000)).toBe(expected.exitCode);
    const outputs = end.steps.steps?.faults?.outputs ?? {};
    expect(outputs.outcome).toBe(expected.outcome);
    expect(outputs.reason).toMatch(expected.reason);
    expect(end.summary).toMatch(expected.summary);
    if (expected.log) expect(end.output).toMatch(expected.log);
    const errors = end.annotations.filter(({ command }) => command === "error");
    expect(errors.map(annotatedAt).filter(Boolean)).toEqual(expected.marks ?? []);
    if (expected.exitCode === 0 && expected.outcome === "passed") expect(errors).toEqual([]);
    else expect(errors.length).toBeGreaterThan(0);
    expect([await nodesOf(CLUSTER, tools), await kubeconfigs()]).toEqual(before);
    const { items } = await world.client.list(pystolActions, { namespace: NAMESPACE });
    for (const { status } of items) expect(status?.verdict).toBeDefined();
  });

  test("with inputs that do not exist is an error before anything is made", async () => {
    await using end = await run("bad-inputs");
    expect(end.exitCode).toBe(1);
    const [error] = end.annotations;
    expect(error?.message).toMatch(/^2 problems in the inputs:/);
    expect(error?.message).toContain('"action" does not exist; did you mean "actions"?');
  });

  test("with two jobs at once gives each its own results", async () => {
    await using end = await run("two-jobs");
    expect(end.exitCode, end.output.slice(-6000)).toBe(0);
    const outputs = ["steps-held", "steps-also-held"].map((one) => end.steps[one]?.faults?.outputs);
    for (const one of outputs) expect(one?.outcome).toBe("passed");
    expect(outputs[0]?.results).not.toBe(outputs[1]?.results);
  });

  test("whose step is killed while its fault acts has the fault undone by its post step", async () => {
    await using end = await run("crash");
    expect(end.exitCode).toBe(1);
    expect(end.output).toContain("workflows/held: asked to stop");
    const place = { namespace: NAMESPACE, name: "held" };
    await eventually(async () => {
      const { status } = await world.client.get(pystolActions, place);
      expect(status).toMatchObject({ verdict: "Passed", recoveredTime: expect.any(String) });
    }, 120_000);
  });

  const onOwnCluster: [string, RegExp, RegExp][] = [
    [
      "unpullable-image",
      /The Deployment pystol-operator cannot start: .*(ErrImagePull|ImagePullBackOff)/,
      /cannot start/,
    ],
    [
      "cluster-not-ready",
      /for the cluster to be ready; last seen: node pystol-act-control-plane is not Ready/,
      /is not Ready/,
    ],
  ];
  const chosen = new Set(
    sampled([...onOwnCluster.map(([name]) => name), CRASH], 1, (name) => name),
  );

  test.skipIf(!chosen.has(CRASH))(
    "whose step is killed when it has made a cluster has it removed by its post step (a sample, by the commit)",
    async () => {
      await using end = await run(CRASH);
      expect(end.exitCode).toBe(1);
      expect(end.output).toContain("Removed the cluster pystol-act.");
      expect(await nodesOf(CLUSTER, tools)).toEqual([]);
    },
  );

  test.each(onOwnCluster.filter(([name]) => chosen.has(name)))(
    "that makes a cluster: %s, is told with its cause, and leaves nothing",
    async (name, reason, summary) => {
      const before = [await nodesOf(CLUSTER, tools), await kubeconfigs()];
      await using end = await run(name);
      expect(end.exitCode, end.output.slice(-6000)).toBe(1);
      const outputs = end.steps.steps?.faults?.outputs ?? {};
      expect(outputs.outcome).toBe("failed");
      expect(outputs.reason).toMatch(reason);
      expect(end.summary).toMatch(summary);
      expect(outputs.diagnostics).toBeTruthy();
      expect([await nodesOf(CLUSTER, tools), await kubeconfigs()]).toEqual(before);
    },
  );
});
