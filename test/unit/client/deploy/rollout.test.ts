import { describe, expect, test } from "vitest";
import {
  type Deployment,
  isRolledOut,
  type Pod,
  stateOfPods,
  trouble,
} from "../../../../client/deploy/rollout.ts";
import { waiting } from "../../../support/played-kubelet.ts";

const complete = { observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };

function deployment(status: Deployment["status"] = {}): Deployment {
  const template = { spec: { containers: [{ image: "a" }] } };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "a", generation: 2 },
    spec: { selector: { matchLabels: {} }, template },
    status,
  };
}

function pod(status: Pod["status"] = {}): Pod {
  const spec = { containers: [{ image: "a" }] };
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "a-1" }, spec, status };
}

describe("a deployment is rolled out", () => {
  test("when its newest pods are available and no older ones are left", () => {
    expect(isRolledOut(deployment(complete))).toBe(true);
  });

  test.each([
    ["its change was not seen yet", { ...complete, observedGeneration: 1 }],
    ["an older pod is left", { ...complete, replicas: 2 }],
    ["the newest pod is not made", { ...complete, updatedReplicas: 0 }],
    ["the newest pod is not available", { ...complete, availableReplicas: 0 }],
    ["nothing is known", {}],
  ])("not while %s", (_why, status) => {
    expect(isRolledOut(deployment(status))).toBe(false);
  });
});

describe("a pod that waiting does not help", () => {
  test.each([
    "ErrImagePull",
    "ImagePullBackOff",
    "CrashLoopBackOff",
    "CreateContainerConfigError",
    "InvalidImageName",
  ])("waits because of %s", (reason) => {
    expect(trouble(pod(waiting(reason, "why")))).toMatchObject({
      container: "operator",
      reason: `${reason} (why)`,
      hasRun: false,
    });
  });

  test("tells how its container ended, where it has run", () => {
    expect(trouble(pod(waiting("CrashLoopBackOff", "back-off", 3)))).toMatchObject({
      reason: "CrashLoopBackOff (back-off), exit code 3 after 3 restarts",
      hasRun: true,
    });
  });

  test.each(["ContainerCreating", "PodInitializing"])(
    "is not one that waits because of %s",
    (reason) => {
      expect(trouble(pod(waiting(reason, "")))).toBeUndefined();
    },
  );
});

describe("what a deployment waits for is said in words", () => {
  test.each([
    [[], "it has no pod yet"],
    [[pod({ phase: "Pending" })], "pod a-1 is Pending"],
    [[pod(waiting("ContainerCreating", ""))], "pod a-1 is ContainerCreating"],
    [
      [pod({ conditions: [{ type: "PodScheduled", status: "False", message: "0/1 nodes fit" }] })],
      "pod a-1 is not scheduled: 0/1 nodes fit",
    ],
    [
      [
        pod({
          containerStatuses: [
            { name: "operator", ready: false, restartCount: 0, state: { running: {} } },
          ],
        }),
      ],
      "pod a-1 runs, but operator is not ready",
    ],
  ])("%#: %s", (pods, words) => {
    expect(stateOfPods(pods)).toBe(words);
  });
});
