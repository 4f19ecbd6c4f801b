import { mkdir, readdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { pystolActions } from "../../../kubernetes/resources.ts";
import { runAction } from "../../../scripts/start/workflow-runner.ts";
import { actionWorld } from "../../support/action-world.ts";
import { fakeKind } from "../../support/fake-kind.ts";
import { DOCKER, fakeEngine } from "../../support/fake-kind-engine.ts";
import { playReady } from "../../support/fake-kind-ready.ts";

const at = actionWorld();

/** Runs the bundle's main until a line of its log matches, and kills it then; with a kind that is played. */
async function crashedAt(line: RegExp, inputs: Record<string, string>, hangs = false) {
  const directory = join(at.workspace, "kind");
  await mkdir(directory);
  const { kubeconfig } = at.world.controlPlane;
  await fakeEngine({ directory, name: "docker", answers: DOCKER });
  const kind = await fakeKind({ directory, kubeconfig, hangs });
  const crash = new AbortController();
  const step = await runAction({
    directory: at.bundle,
    inputs: { "kind-path": kind.path, "cluster-name": "ci", deploy: "false", ...inputs },
    workspace: at.workspace,
    temp: join(at.workspace, "temp"),
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
    await using _ready = await playReady(at.world.client);
    const { kind, step } = await crashedAt(/The cluster ci is ready/, { diagnostics: "collect" });
    const post = await step.post();
    expect(post?.outputs.diagnostics).toContain("pystol-diagnostics-");
    expect(await kind.clusters()).toEqual([]);
    const left = await readdir(join(at.workspace, "temp"));
    expect(left.filter((name) => /kubeconfig|state/.test(name))).toEqual([]);
  });

  test("keeps it where that is asked for failures", async () => {
    await using _ready = await playReady(at.world.client);
    const inputs = { diagnostics: "never", cleanup: "on-success" };
    const { kind, step } = await crashedAt(/The cluster ci is ready/, inputs);
    const post = await step.post();
    expect(post?.log.join("\n")).toContain("stays");
    expect(await kind.clusters()).toEqual(["ci"]);
  });

  test("asks what was under way to stop", async () => {
    const manifest =
      "apiVersion: pystol.org/v1alpha1\nkind: PystolAction\nmetadata: { name: crashed, namespace: shop }\nspec: { role: patch }\n";
    await writeFile(join(at.workspace, "fault.yaml"), manifest);
    const { kubeconfig } = at.world.controlPlane;
    const inputs = { kubeconfig, actions: "fault.yaml", "kind-path": "" };
    const { step } = await crashedAt(/shop\/crashed: created/, inputs);
    const post = await step.post();
    expect(post?.log.join("\n")).toContain("shop/crashed: asked to stop");
    const stored = await at.world.client.get(pystolActions, { namespace: "shop", name: "crashed" });
    expect(stored.spec.stop).toBe(true);
  });
});
