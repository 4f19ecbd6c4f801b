import { expect, test } from "vitest";
import { savedState, saveMadeCluster, saveMainBegan } from "../../../action/state.ts";
import type { Workflow } from "../../../action/workflow.ts";

/** What the post step gets after main has saved state. */
function afterSaving(save: (workflow: Workflow) => void) {
  const environment: Record<string, string> = {};
  save({
    save: (name: string, value: string) => {
      environment[`STATE_${name}`] = value;
    },
  } as Workflow);
  return savedState(environment);
}

const cluster = { name: "ci", kubeconfig: "/tmp/k", kindPath: "kind" };

test("without saved state the program is main", () => {
  expect(savedState({})).toBeUndefined();
});

test("the post step knows that main began, and of no cluster unless one was saved", () => {
  expect(afterSaving(saveMainBegan)).toEqual({ madeCluster: undefined });
});

test("the post step gets the cluster that main was about to make", () => {
  const saved = afterSaving((workflow) => {
    saveMainBegan(workflow);
    saveMadeCluster(workflow, cluster);
  });
  expect(saved).toEqual({ madeCluster: cluster });
});

test("a cluster that turned out to be another's is not the post step's to remove", () => {
  const saved = afterSaving((workflow) => {
    saveMainBegan(workflow);
    saveMadeCluster(workflow, cluster);
    saveMadeCluster(workflow, undefined);
  });
  expect(saved).toEqual({ madeCluster: undefined });
});
