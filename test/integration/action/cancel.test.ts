import { mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { pystolActions } from "../../../kubernetes/resources.ts";
import { runAction } from "../../../scripts/start/workflow-runner.ts";
import { actionWorld } from "../../support/action-world.ts";
import { fakeKind } from "../../support/fake-kind.ts";
import { DOCKER, fakeEngine } from "../../support/fake-kind-engine.ts";
import { playOperator } from "../../support/played-operator.ts";

const at = actionWorld(["patch"]);

let count = 0;
/** Runs the bundle as GitHub's runner does, and cancels it as that does when a line of its log matches. */
async function cancelledAt(line: RegExp, inputs: Record<string, string>) {
  count += 1;
  const name = `cancelled-${count}`;
  const manifest = `apiVersion: pystol.org/v1alpha1\nkind: PystolAction\nmetadata: { name: ${name} }\nspec: { role: patch }\n`;
  await writeFile(join(at.workspace, "fault.yaml"), manifest);
  const cancel = new AbortController();
  const step = await runAction(
    {
      directory: at.bundle,
      inputs: { actions: "fault.yaml", namespace: "shop", "results-directory": "out", ...inputs },
      workspace: at.workspace,
      temp: join(at.workspace, "temp"),
      environment: { PATH: [join(at.workspace, "kind"), process.env.PATH].join(delimiter) },
      onLine: (text) => {
        if (line.test(text)) cancel.abort();
      },
    },
    cancel.signal,
  );
  const results = JSON.parse(await readFile(join(at.workspace, "out/results.json"), "utf8"));
  const stored = () => at.world.client.get(pystolActions, { namespace: "shop", name });
  return { name, step, results, stored };
}

const given = () => ({ kubeconfig: at.world.controlPlane.kubeconfig, deploy: "false" });
const images = { "operator-image": "example/operator:1", "runner-image": "example/runner:1" };
const now = () => new Date().toISOString();
const condition = (type: string) => ({
  ...{ type, status: "True" as const, reason: type, message: "m", lastTransitionTime: now() },
});

/** What holds wherever it is cancelled: it ends before the runner's patience does, and tells what is known. */
function expectReport({ step, results, name }: Awaited<ReturnType<typeof cancelledAt>>) {
  expect(step.signals, step.log.join("\n")).toEqual(["SIGINT"]);
  expect(step.exitCode).toBe(1);
  expect(step.outputs.outcome).toBe("failed");
  expect(step.summary).toContain("cancelled by SIGINT");
  expect(results.message).toContain("cancelled by SIGINT");
  expect(results.actions).toMatchObject([{ name, verdict: "Error", expected: false }]);
}

describe("a workflow that is cancelled while", () => {
  test("a cluster is being made ends with a report, and the post step removes what there is", async () => {
    const directory = join(at.workspace, "kind");
    await mkdir(directory);
    const { kubeconfig } = at.world.controlPlane;
    await fakeEngine({ directory, name: "docker", answers: DOCKER });
    const kind = await fakeKind({ directory, kubeconfig, hangs: true });
    const end = await cancelledAt(/Creating cluster "ci"/, {
      ...{ "kind-path": kind.path, "cluster-name": "ci", ...images },
    });
    expectReport(end);
    const post = await end.step.post();
    expect(post?.exitCode).toBe(0);
    expect(await kind.clusters()).toEqual([]);
  });

  test("the operator is being deployed", async () => {
    const end = await cancelledAt(/Waiting until the guards act and the operator is available/, {
      kubeconfig: at.world.controlPlane.kubeconfig,
      ...images,
    });
    expectReport(end);
  });

  test("a fault has not begun to act asks it to stop", async () => {
    const end = await cancelledAt(/: created$/, given());
    expectReport(end);
    expect((await end.stored()).spec.stop).toBe(true);
  });

  test("the user's command runs ends that, too, though it is deaf", async () => {
    await using _operator = await playOperator(at.world, async (_action, write) => {
      const conditions = [condition("Started"), condition("Injected")];
      await write({ phase: "Injected", startTime: now(), injectedTime: now(), conditions });
    });
    const end = await cancelledAt(/^The command is deaf/, {
      ...given(),
      run: "trap '' INT TERM; echo The command is deaf; sleep 60 & wait; sleep 60; echo late > late",
    });
    expectReport(end);
    expect(end.results.commands).toMatchObject([{ outcome: "failed", exitCode: null }]);
    expect((await end.stored()).spec.stop).toBe(true);
  });

  test("the verdict is awaited, and post asks once more", async () => {
    await using _operator = await playOperator(at.world, async (_action, write) => {
      const conditions = [condition("Started"), condition("Injected")];
      await write({ phase: "Injected", startTime: now(), injectedTime: now(), conditions });
      await delay(500);
    });
    const end = await cancelledAt(/asked to stop/, { ...given(), run: "true" });
    expectReport(end);
    expect(end.results.actions[0].message).toMatch(/last seen Injected/);
    const post = await end.step.post();
    expect(post?.log.join("\n")).toContain(`shop/${end.name}: asked to stop`);
  });
});
