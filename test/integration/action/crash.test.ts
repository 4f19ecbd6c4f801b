import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { enableNamespace } from "../../../client/enable.ts";
import { pystolActions } from "../../../kubernetes/resources.ts";
import { runAction } from "../../../scripts/start/workflow-runner.ts";
import { bundleAction } from "../../support/action-bundle.ts";
import { fakeKind } from "../../support/fake-kind.ts";
import { DOCKER, fakeEngine } from "../../support/fake-kind-engine.ts";
import { playReady } from "../../support/fake-kind-ready.ts";
import {
  type PystolControlPlane,
  startPystolControlPlane,
} from "../../support/pystol-control-plane.ts";

let bundle: Awaited<ReturnType<typeof bundleAction>>;
let world: PystolControlPlane;
let workspace: string;
beforeAll(async () => {
  bundle = await bundleAction();
  world = await startPystolControlPlane();
  await enableNamespace(world.client, { namespace: "shop", roles: [] });
}, 300_000);
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await bundle?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), "pystol-workspace-"));
  return () => rm(workspace, { recursive: true, force: true });
});

/** Runs the bundle's main until a line of its log matches, and kills it then; with a kind that is played. */
async function crashedAt(line: RegExp, inputs: Record<string, string>, hangs = false) {
  const directory = join(workspace, "kind");
  await mkdir(directory);
  const { kubeconfig } = world.controlPlane;
  await fakeEngine({ directory, name: "docker", answers: DOCKER });
  const kind = await fakeKind({ directory, kubeconfig, hangs });
  const crash = new AbortController();
  const step = await runAction({
    directory: bundle.directory,
    inputs: { "kind-path": kind.path, "cluster-name": "ci", deploy: "false", ...inputs },
    workspace,
    temp: join(workspace, "temp"),
    environment: { PATH: [directory, process.env.PATH].join(delimiter) },
    crash: crash.signal,
    onLine: (text) => {
      if (line.test(text)) crash.abort();
    },
  });
  expect(step.exitCode).toBe(128);
  return { kind, step };
}

describe("after main was killed, the post step", () => {
  test("removes the cluster that was being made", async () => {
    const { kind, step } = await crashedAt(/Creating cluster "ci"/, { diagnostics: "never" }, true);
    expect(await kind.clusters()).toEqual(["ci"]);
    const post = await step.post();
    expect(post?.exitCode).toBe(0);
    expect(await kind.clusters()).toEqual([]);
  });

  test("removes it though nothing can be written down any more", async () => {
    const { kind, step } = await crashedAt(
      /Creating cluster "ci"/,
      { diagnostics: "collect" },
      true,
    );
    await mkdir(`${step.state["main-began"]}.new`); // where a change is written first
    const post = await step.post();
    expect(post?.exitCode).toBe(0);
    expect(await kind.clusters()).toEqual([]);
  });

  test("collects what the cluster says, and removes it and all that is secret", async () => {
    await using _ready = await playReady(world.client);
    const { kind, step } = await crashedAt(/The cluster ci is ready/, { diagnostics: "collect" });
    const post = await step.post();
    expect(post?.outputs.diagnostics).toContain("pystol-diagnostics-");
    expect(await kind.clusters()).toEqual([]);
    const left = await readdir(join(workspace, "temp"));
    expect(left.filter((name) => /kubeconfig|state/.test(name))).toEqual([]);
  });

  test("keeps it where that is asked for failures", async () => {
    await using _ready = await playReady(world.client);
    const inputs = { diagnostics: "never", cleanup: "on-success" };
    const { kind, step } = await crashedAt(/The cluster ci is ready/, inputs);
    const post = await step.post();
    expect(post?.log.join("\n")).toContain("stays");
    expect(await kind.clusters()).toEqual(["ci"]);
  });

  test("asks what was under way to stop", async () => {
    const manifest =
      "apiVersion: pystol.org/v1alpha1\nkind: PystolAction\nmetadata: { name: crashed, namespace: shop }\nspec: { role: patch }\n";
    await writeFile(join(workspace, "fault.yaml"), manifest);
    const { kubeconfig } = world.controlPlane;
    const inputs = { kubeconfig, actions: "fault.yaml", "kind-path": "" };
    const { step } = await crashedAt(/shop\/crashed: created/, inputs);
    const post = await step.post();
    expect(post?.log.join("\n")).toContain("shop/crashed: asked to stop");
    const stored = await world.client.get(pystolActions, { namespace: "shop", name: "crashed" });
    expect(stored.spec.stop).toBe(true);
  });
});
