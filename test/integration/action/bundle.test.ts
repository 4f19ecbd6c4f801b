import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv } from "ajv";
import { beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { pystolActions } from "../../../kubernetes/resources.ts";
import { runAction } from "../../../scripts/start/workflow-runner.ts";
import { actionWorld } from "../../support/action-world.ts";
import { playOperator } from "../../support/played-operator.ts";
import { objectsOf, typeOf } from "../../support/pystol-control-plane.ts";

const fixture = actionWorld();
beforeEach(() => mkdir(join(fixture.workspace, "chaos")));

/** What GitHub says of the run: https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
const WORKFLOW_RUN = {
  ...{ GITHUB_REPOSITORY: "shop/web", GITHUB_RUN_ID: "99", GITHUB_RUN_NUMBER: "7" },
  ...{ GITHUB_WORKFLOW: "faults", GITHUB_SERVER_URL: "https://github.example" },
};

function run(inputs: Record<string, string>, cancelled?: AbortSignal) {
  return runAction(
    {
      directory: fixture.bundle,
      inputs: { kubeconfig: fixture.world.controlPlane.kubeconfig, deploy: "false", ...inputs },
      workspace: fixture.workspace,
      temp: join(fixture.workspace, "temp"),
      environment: { PATH: process.env.PATH, ...WORKFLOW_RUN },
    },
    cancelled,
  );
}

function write(file: string, name: string, namespace = "shop", role = "killpods") {
  const text = `# Fault\napiVersion: pystol.org/v1alpha1\nkind: PystolAction\nmetadata: { name: ${name}, namespace: ${namespace} }\nspec: { role: ${role} }\n`;
  return writeFile(join(fixture.workspace, file), text);
}

function playVerdicts(verdictOf: (name: string) => "Passed" | "Failed") {
  return playOperator(fixture.world, ({ metadata: { name } }, writeStatus) => {
    const verdict = verdictOf(name);
    const condition = { type: "Complete", status: "True" as const, reason: verdict, message: "m" };
    return writeStatus({
      phase: "Complete",
      verdict,
      verified: verdict === "Passed",
      message: "done\n::set-output name=outcome::passed",
      targets: [{ kind: "Pod", name: "<b>web</b>", outcome: "killed", evidence: { ms: 5 } }],
      conditions: [{ ...condition, lastTransitionTime: "2026-01-01T00:00:00Z" }],
    });
  });
}

const isResults = new Ajv({ strict: false, validateFormats: false });

async function resultsOf(outputs: Record<string, string>) {
  const results = JSON.parse(await readFile(outputs.results ?? "", "utf8"));
  const schema = JSON.parse(
    await readFile(join(fixture.bundle, "crds/results.schema.json"), "utf8"),
  );
  const { $id: _, ...anonymous } = schema;
  expect(isResults.validate(anonymous, results), isResults.errorsText()).toBe(true);
  return results;
}

describe("on a cluster that was given, the bundle", () => {
  test("passes where every action ends as expected, and leaves results, JUnit and summary", async () => {
    await using _operator = await playVerdicts(() => "Passed");
    await write("chaos/a.yaml", "a");
    await write("chaos/b.yaml", "b");
    const step = await run({ actions: "chaos/*.yaml", "results-directory": "out" });
    expect(step.log.join("\n")).toContain("passed: 2 of 2 actions ended as expected");
    expect(step.exitCode).toBe(0);
    expect(step.outputs).toEqual({
      kubeconfig: fixture.world.controlPlane.kubeconfig,
      outcome: "passed",
      reason: "passed: 2 of 2 actions ended as expected",
      badge: join(fixture.workspace, "out/badge.json"),
      passed: "2",
      failed: "0",
      results: join(fixture.workspace, "out/results.json"),
      junit: join(fixture.workspace, "out/junit.xml"),
      summary: join(fixture.workspace, "out/summary.md"),
    });
    const results = await resultsOf(step.outputs);
    expect(results.actions.map(({ name }: { name: string }) => name)).toEqual(["a", "b"]);
    expect(results.run).toBe("https://github.example/shop/web/actions/runs/99");
    expect(step.summary.trim()).toBe(
      (await readFile(join(fixture.workspace, "out/summary.md"), "utf8")).trim(),
    );
    expect(step.summary).not.toContain("<b>");
    expect(await readFile(join(fixture.workspace, "out/junit.xml"), "utf8")).toContain(
      'tests="2" failures="0"',
    );
  });

  test("fails where one does not, and marks the line of its manifest", async () => {
    await using _operator = await playVerdicts((name) => (name === "bad" ? "Failed" : "Passed"));
    await write("chaos/1.yaml", "bad");
    await write("chaos/2.yaml", "good");
    const step = await run({ actions: "chaos" });
    expect(step.exitCode).toBe(1);
    expect(step.outputs).toMatchObject({ outcome: "failed", passed: "1", failed: "1" });
    const errors = step.commands.filter(({ command }) => command === "error");
    expect(errors[0]?.properties).toEqual({
      title: "shop/bad: Failed",
      file: "chaos/1.yaml",
      line: "2",
    });
    expect(errors.at(-1)?.message).toMatch(/^failed: shop\/bad ended Failed: /);
  });

  test("lets no message of the cluster become a command of the workflow", async () => {
    await using _operator = await playVerdicts(() => "Passed");
    await write("chaos/a.yaml", "quiet");
    const step = await run({ actions: "chaos" });
    expect(step.commands.filter(({ command }) => command === "set-output")).toEqual([]);
  });

  test("creates nothing where a manifest is wrong, and names each problem and its place", async () => {
    await write("chaos/a.yaml", "fine");
    await writeFile(join(fixture.workspace, "chaos/b.yaml"), "kind: Pod\n");
    const step = await run({ actions: "chaos" });
    expect(step.exitCode).toBe(1);
    expect(step.commands.find(({ command }) => command === "error")?.properties).toMatchObject({
      file: "chaos/b.yaml",
      line: "1",
    });
    const fine = fixture.world.client.get(pystolActions, { namespace: "shop", name: "fine" });
    await expect(fine).rejects.toThrow("404");
    expect((await resultsOf(step.outputs)).message).toContain("1 problem in the manifests");
  });

  test("never opens a namespace, but says with which commands its owner can", async () => {
    await write("chaos/a.yaml", "a", "default");
    const step = await run({ actions: "chaos" });
    const [action] = (await resultsOf(step.outputs)).actions;
    expect(action).toMatchObject({ verdict: "Error", expected: false });
    expect(step.commands.at(-1)?.message).toContain(
      "kubectl label namespace default pystol.org/enabled=true\nkubectl -n default create rolebinding pystol-role-killpods",
    );
  });

  test("never opens a node either, but says with which commands its owner can", async () => {
    for (const role of await objectsOf("collection/pystolroles/drainnodes.yaml"))
      await fixture.world.client.apply(typeOf(role), role, { fieldManager: "test" });
    await write("a.yaml", "drain", "shop", "drainnodes");
    const step = await run({ actions: "a.yaml" });
    expect(step.exitCode).toBe(1);
    const message = step.commands.at(-1)?.message;
    expect(message).toContain("No faults are allowed in any node of this cluster");
    expect(message).toContain("kubectl label node NODE pystol.org/enabled=true");
    expect(message).toContain("create clusterrolebinding pystol-role-drainnodes-cluster");
    expect(
      (await fixture.world.client.list(pystolActions, { namespace: "shop" })).items,
    ).not.toContainEqual(
      expect.objectContaining({ metadata: expect.objectContaining({ name: "drain" }) }),
    );
  });

  test("says what is wrong with its inputs, all at once", async () => {
    const step = await run({ workers: "two", cleanup: "maybe" });
    expect(step.exitCode).toBe(1);
    expect(step.outputs.outcome).toBe("failed");
    expect(step.commands.at(-1)?.message).toMatch(/^2 problems in the inputs:/);
  });

  test("writes its report and asks the action to stop when the workflow is cancelled", async () => {
    await write("chaos/a.yaml", "endless");
    const cancel = new AbortController();
    await using _operator = await playOperator(fixture.world, async (_action, writeStatus) => {
      await writeStatus({ phase: "Running" });
      cancel.abort();
    });
    const step = await run({ actions: "chaos" }, cancel.signal);
    expect(step.exitCode).toBe(1);
    expect(step.outputs).toMatchObject({ outcome: "failed", failed: "1" });
    expect((await resultsOf(step.outputs)).actions[0].message).toContain("cancelled by SIGINT");
    const stored = await fixture.world.client.get(pystolActions, {
      namespace: "shop",
      name: "endless",
    });
    expect(stored.spec.stop).toBe(true);
  });

  test("hands its commands the context that it uses itself, and takes that away again", async () => {
    await using _operator = await playVerdicts(() => "Passed");
    await write("chaos/a.yaml", "contexts");
    const both = join(fixture.workspace, "kubeconfig");
    const given = parse(await readFile(fixture.world.controlPlane.kubeconfig, "utf8"));
    const [{ context }] = given.contexts;
    const [{ cluster }] = given.clusters;
    const elsewhere = { name: "elsewhere", cluster: { ...cluster, server: "https://127.0.0.1:1" } };
    given.clusters.push(elsewhere);
    given.contexts.push(
      { name: "here", context },
      { name: "elsewhere", context: { ...context, cluster: "elsewhere" } },
    );
    await writeFile(both, JSON.stringify({ ...given, "current-context": "elsewhere" }));
    const inputs = {
      kubeconfig: both,
      context: "here",
      actions: "chaos",
      prepare: 'cp "$KUBECONFIG" seen',
    };
    const step = await run(inputs);
    expect(step.exitCode, step.log.join("\n")).toBe(0);
    const seen = parse(await readFile(join(fixture.workspace, "seen"), "utf8"));
    expect(seen["current-context"]).toBe("here");
    const kubeconfigs = async () =>
      (await readdir(join(fixture.workspace, "temp"))).filter((name) =>
        name.endsWith(".kubeconfig"),
      );
    expect(await kubeconfigs()).toHaveLength(1);
    await step.post();
    expect(await kubeconfigs()).toEqual([]);
  });

  test("removes nothing afterwards", async () => {
    const step = await run({});
    expect(step.exitCode).toBe(0);
    const post = await step.post();
    expect(post?.exitCode).toBe(0);
    expect(post?.log.join("\n")).toContain("this job made no cluster");
  });
});
