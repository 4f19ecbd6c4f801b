import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { create } from "tar";
import { describe, expect, test } from "vitest";
import type { Resource } from "../../../kubernetes/resources.ts";
import { runAction } from "../../../scripts/start/workflow-runner.ts";
import { actionWorld } from "../../support/action-world.ts";
import { type FakeKindOptions, fakeKind } from "../../support/fake-kind.ts";
import { DOCKER, fakeEngine } from "../../support/fake-kind-engine.ts";
import { playReady } from "../../support/fake-kind-ready.ts";
import { playKubelet, READY } from "../../support/played-kubelet.ts";

const fixture = actionWorld();

interface Machine extends Partial<FakeKindOptions> {
  docker?: Record<string, string>;
}

async function run(inputs: Record<string, string>, { docker, ...options }: Machine = {}) {
  const directory = join(fixture.workspace, "kind");
  await mkdir(directory, { recursive: true });
  await fakeEngine({ directory, name: "docker", answers: { ...DOCKER, ...docker } });
  const { kubeconfig } = fixture.world.controlPlane;
  const kind = await fakeKind({ directory, kubeconfig, ...options });
  const step = await runAction({
    directory: fixture.bundle,
    inputs: { "kind-path": kind.path, "cluster-name": "ci", deploy: "false", ...inputs },
    workspace: fixture.workspace,
    temp: join(fixture.workspace, "temp"),
    environment: { PATH: `${directory}:${process.env.PATH}` },
  });
  return { kind, step };
}

describe("a cluster that the action makes", () => {
  test("is written down before it is made, handed on, and removed by the post step", async () => {
    await using _ready = await playReady(fixture.world.client);
    const { kind, step } = await run({ workers: "2" });
    expect(step.log.join("\n")).toContain("The cluster ci is ready");
    expect(step.exitCode).toBe(0);
    const kubeconfig = join(fixture.workspace, "temp/pystol-ci.kubeconfig");
    expect(step.outputs).toMatchObject({ "cluster-name": "ci", kubeconfig, outcome: "passed" });
    expect(step.environment).toEqual({ KUBECONFIG: kubeconfig });
    const { config, state } = await kind.created();
    expect(state).toMatch(/"madeCluster":\s*\{\s*"name":\s*"ci"/);
    expect(config.match(/role: worker/g)).toHaveLength(2);
    const post = await step.post();
    expect(post?.log.join("\n")).toContain("Removed the cluster ci.");
    expect(await kind.clusters()).toEqual([]);
    await expect(stat(kubeconfig)).rejects.toThrow("ENOENT");
  });

  test("stays where that is asked", async () => {
    await using _ready = await playReady(fixture.world.client);
    const { kind, step } = await run({ cleanup: "never" });
    await step.post();
    expect(await kind.clusters()).toEqual(["ci"]);
  });

  test("has the namespace that was asked for, made and enabled", async () => {
    await using _ready = await playReady(fixture.world.client);
    await using _kubelet = playKubelet(fixture.world.client, "pystol-system", READY);
    const images = { "operator-image": "example/operator:1", "runner-image": "example/runner:1" };
    const { step } = await run({ namespace: "asked-for", deploy: "true", ...images });
    expect(step.exitCode, step.log.join("\n")).toBe(0);
    const path = "/api/v1/namespaces/asked-for";
    const { metadata } = await fixture.world.client.request<Resource>({ method: "GET", path });
    expect(metadata.labels).toMatchObject({ "pystol.org/enabled": "true" });
  });

  test("gets the images of the engine, and that a node lacks one is a failure that names both", async () => {
    await using _ready = await playReady(fixture.world.client);
    await writeFile(join(fixture.workspace, "manifest.json"), '[{"RepoTags":["shop:1"]}]');
    const file = join(fixture.workspace, "shop.tar");
    await create({ file, cwd: fixture.workspace }, ["manifest.json"]);
    const { kind, step } = await run(
      { images: "shop:1" },
      {
        nodes: ["ci-control-plane", "ci-worker"],
        docker: {
          "save --platform": `copy ${file}`,
          "exec ci-control-plane": "docker.io/library/shop:1",
          "exec ci-worker": "docker.io/library/other:1",
        },
      },
    );
    expect(step.exitCode).toBe(1);
    expect((await kind.calls()).some((call) => call.startsWith("load image-archive"))).toBe(true);
    const errors = step.commands.filter(({ command }) => command === "error");
    expect(errors.map(({ message }) => message).join()).toContain(
      "the node ci-worker does not have docker.io/library/shop:1",
    );
    await step.post();
    expect(await kind.clusters()).toEqual([]);
  });

  test("is not begun on a machine that cannot run it, and the error says everything", async () => {
    const info = { CgroupVersion: "1", SecurityOptions: ["name=rootless"] };
    const { kind, step } = await run(
      { "node-image": "kindest/node:v1.36.4", "ready-timeout": "1s" },
      { docker: { "info --format": JSON.stringify(info) } },
    );
    expect(step.exitCode).toBe(1);
    const errors = step.commands.filter(({ command }) => command === "error");
    expect(errors.map(({ message }) => message).join()).toMatch(
      /docker runs without root(?:.*\n)*.*kindest\/node:v1\.36\.4/,
    );
    expect(await kind.calls()).toEqual([]);
  });

  test("is tried again where a registry was to blame", async () => {
    await using _ready = await playReady(fixture.world.client);
    const { kind, step } = await run({}, { failWith: ["net/http: TLS handshake timeout"] });
    expect(step.exitCode, step.log.join("\n")).toBe(0);
    expect((await kind.calls()).filter((call) => call.startsWith("create cluster"))).toHaveLength(
      2,
    );
    await step.post();
    expect(await kind.clusters()).toEqual([]);
  });

  test("that kind calls made but that is never ready is a failure, and is gone", async () => {
    const { kind, step } = await run({ "ready-timeout": "1s" });
    expect(step.exitCode).toBe(1);
    const [message] = step.commands.filter(({ command }) => command === "error");
    expect(message?.message).toMatch(
      /for the cluster to be ready; last seen: there is no node; CoreDNS is not available/,
    );
    expect(await kind.clusters()).toEqual([]);
  });

  test("that kind cannot make is a failure with kind's own words, and nothing of it is left", async () => {
    const { kind, step } = await run({}, { failWith: "ERROR: no space left on device" });
    expect(step.exitCode).toBe(1);
    expect(step.commands.at(-1)?.message).toContain("ERROR: no space left on device");
    expect(await kind.clusters()).toEqual([]);
    const calls = await kind.calls();
    expect(
      calls.some((call) => call.startsWith("create cluster") && call.endsWith("--retain")),
    ).toBe(true);
    expect(calls.findIndex((call) => call.startsWith("export logs"))).toBeLessThan(
      calls.findIndex((call) => call.startsWith("delete cluster")),
    );
    await step.post();
    expect((await kind.calls()).filter((call) => call.startsWith("delete"))).toHaveLength(1);
  });

  test("is never one that was there before", async () => {
    const { kind, step } = await run({}, { clusters: ["ci", "other"] });
    expect(step.exitCode).toBe(1);
    expect(step.commands.at(-1)?.message).toContain('A kind cluster named "ci" exists already');
    await step.post();
    expect(await kind.clusters()).toEqual(["ci", "other"]);
    expect(await kind.calls()).toEqual(["version", "get clusters"]);
  });

  test("is left alone where somebody else took its name meanwhile", async () => {
    const taken =
      'ERROR: failed to create cluster: node(s) already exist for a cluster with the name "ci"';
    const { kind, step } = await run({}, { failWith: taken });
    expect(step.exitCode).toBe(1);
    await step.post();
    expect(await kind.clusters()).toEqual(["ci"]);
  });
});

test("without kind on the machine the error says how to get it", async () => {
  const { step } = await run({ "kind-path": "/nonexistent/kind" });
  expect(step.commands.at(-1)?.message).toMatch(
    /There is no kind at "\/nonexistent\/kind": get it from https:/,
  );
});
