import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { type PystolAction, pystolActions } from "../../../kubernetes/resources.ts";
import { runAction } from "../../../scripts/start/workflow-runner.ts";
import { actionWorld } from "../../support/action-world.ts";
import { playOperator, type WriteStatus } from "../../support/played-operator.ts";

const at = actionWorld(["patch"]);

/** A job whose steps are pieces of the action: variables that a step sets reach the ones after it. */
function job(more: Record<string, string> = {}) {
  const environment: Record<string, string | undefined> = { PATH: process.env.PATH, ...more };
  const temp = join(at.workspace, "temp");
  return {
    temp,
    state: async () => JSON.parse(await readFile(environment.PYSTOL_STATE ?? "", "utf8")),
    step: async (
      piece: string,
      inputs: Record<string, string>,
      { onLine, crash }: { onLine?: (line: string) => void; crash?: AbortSignal } = {},
    ) => {
      const ended = await runAction({
        directory: join(at.bundle, "action", piece),
        ...{ inputs, workspace: at.workspace, temp, environment: { ...environment } },
        ...{ ...(onLine ? { onLine } : {}), ...(crash ? { crash } : {}) },
      });
      Object.assign(environment, ended.environment);
      return ended;
    },
  };
}

let count = 0;
function fault(): string {
  count += 1;
  return `apiVersion: pystol.org/v1alpha1\nkind: PystolAction\nmetadata: { name: piece-${count}, namespace: shop }\nspec: { role: patch }\n`;
}

const now = () => new Date().toISOString();
const condition = (type: string) => ({
  ...{ type, status: "True" as const, reason: type, message: "m", lastTransitionTime: now() },
});

async function playHeld(action: PystolAction, write: WriteStatus) {
  const injectedTime = now();
  const conditions = [condition("Started"), condition("Injected")];
  await write({ phase: "Injected", startTime: now(), injectedTime, conditions });
  while (!(await at.world.client.get(pystolActions, action.metadata)).spec.stop) await delay(50);
  const times = { recoveredTime: now(), completionTime: now() };
  await write({
    ...{ phase: "Complete", verdict: "Passed", verified: true, ...times },
    conditions: [condition("Complete")],
  });
}

const given = () => ({ kubeconfig: at.world.controlPlane.kubeconfig });

describe("the report of a job of pieces", () => {
  test("is failed where one of the runs has not come to its end, though all others passed", async () => {
    await using _operator = await playOperator(at.world, playHeld);
    const { step } = job();
    expect((await step("run", { ...given(), actions: fault(), run: "true" })).exitCode).toBe(0);
    const crash = new AbortController();
    const killed = await step(
      "run",
      { ...given(), actions: fault(), run: "echo The command runs; sleep 3" },
      {
        crash: crash.signal,
        onLine: (line) => void (/^The command runs/.test(line) && crash.abort()),
      },
    );
    expect(killed.exitCode).toBe(128);
    await killed.post();
    const report = await step("report", { diagnostics: "never" });
    expect(report.outputs.outcome).toBe("failed");
    expect(report.outputs.reason).toContain("1 of 2 uses of action/run");
  });

  test("is failed where one of the runs was refused for its inputs", async () => {
    await using _operator = await playOperator(at.world, playHeld);
    const { step } = job();
    expect((await step("run", { ...given(), actions: fault(), run: "true" })).exitCode).toBe(0);
    expect((await step("run", { ...given(), actions: fault(), mode: "both" })).exitCode).toBe(1);
    expect((await step("report", { diagnostics: "never" })).outputs.outcome).toBe("failed");
  });
});

test("a run in a cluster of its own leaves those after it in the one of action/setup", async () => {
  await using _operator = await playOperator(at.world, playHeld);
  const other = join(at.workspace, "other.kubeconfig");
  await cp(at.world.controlPlane.kubeconfig, other);
  const { step, state } = job();
  const setup = await step("setup", { ...given(), deploy: "false" });
  expect(setup.exitCode, setup.log.join("\n")).toBe(0);
  const run = "echo Tests of $(basename $KUBECONFIG)";
  const second = await step("run", { kubeconfig: other, actions: fault(), run });
  expect(second.log).toContain("Tests of other.kubeconfig");
  expect((await state()).connection.kubeconfig).toBe(at.world.controlPlane.kubeconfig);
  const third = await step("run", { actions: fault(), run });
  expect(third.exitCode).toBe(0);
  expect(third.log).not.toContain("Tests of other.kubeconfig");
});

test("a program that has nothing left to wait for before its end has failed", async () => {
  const preload = join(at.workspace, "never.mjs");
  const never = 'import fs from "node:fs/promises";\nfs.mkdtemp = () => new Promise(() => {});\n';
  await writeFile(preload, never);
  const { step } = job({ NODE_OPTIONS: `--import=${preload}` });
  const ended = await step("run", { ...given(), actions: fault() });
  expect(ended.exitCode).toBe(1);
  expect(ended.commands.at(-1)).toMatchObject({
    ...{ command: "error", message: "The action ended before its end." },
  });
});

describe("post", () => {
  test("asks each action to stop that is under way, whatever came of another", async () => {
    const { step } = job();
    const crash = new AbortController();
    let created = 0;
    const actions = `${fault()}---\n${fault()}`;
    const names = [`piece-${count - 1}`, `piece-${count}`];
    const killed = await step(
      "run",
      { ...given(), actions, mode: "parallel" },
      {
        crash: crash.signal,
        onLine: (line) => {
          if (/: created$/.test(line)) created += 1;
          if (created === 2) crash.abort();
        },
      },
    );
    const file = killed.state["main-began"] ?? "";
    const saved = JSON.parse(await readFile(file, "utf8"));
    saved.underway[0].namespace = "\ud800"; // no text that can be asked for
    await writeFile(file, JSON.stringify(saved));
    const post = await killed.post();
    expect(post?.exitCode).toBe(0);
    const stops = await Promise.all(
      names.map(
        async (name) =>
          (await at.world.client.get(pystolActions, { namespace: "shop", name })).spec.stop,
      ),
    );
    expect(stops.filter(Boolean)).toHaveLength(1);
  });

  test("does not fail a job that passed, though what main wrote down is gone", async () => {
    const { step, temp } = job();
    const setup = await step("setup", { ...given(), deploy: "false" });
    await rm(temp, { recursive: true });
    const post = await setup.post();
    expect(post?.exitCode).toBe(0);
    expect(post?.commands.map(({ command }) => command)).toContain("warning");
  });
});
