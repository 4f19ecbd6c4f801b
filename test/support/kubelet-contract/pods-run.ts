import { expect, test } from "vitest";
import type { Pod } from "../../../operator/workloads.ts";
import {
  containerOf,
  firstLine,
  KEPT,
  type KubeletUnderTest,
  until,
} from "./kubelet-under-test.ts";
import { endsWith, obeys, SAYS_TOKEN, TALKS_TOO_MUCH } from "./programs.ts";
import { endOf, startPod } from "./watched-pod.ts";

interface TokenReview {
  status: {
    authenticated?: boolean;
    user?: { username: string; extra: Record<string, string[]> };
  };
}

/** What is seen of a pod that nobody disturbs. */
export function podsRun(kubelet: () => KubeletUnderTest): void {
  test.for([
    [0, "Completed", "Succeeded"],
    [3, "Error", "Failed"],
  ] as const)(
    "is Pending, Running, and its phase says that it ended after its container does: exit code %i, %s",
    async ([exitCode, reason, phase]) => {
      await using watched = await startPod(kubelet(), `ends-${exitCode}`, endsWith(exitCode));
      await watched.sees(/^(Succeeded|Failed)/);
      expect(watched.seen).toEqual([
        "Pending",
        "Pending waiting ContainerCreating",
        "Running running",
        `Running terminated ${reason} ${exitCode}`,
        `${phase} terminated ${reason} ${exitCode}`,
      ]);
      const ended = endOf(watched.pod);
      expect(ended).toMatchObject({ exitCode, reason, message: "done" });
      expect(Date.parse(ended?.finishedAt ?? "")).not.toBeNaN();
      const { conditions, reason: reasonOfPod } = watched.pod.status ?? {};
      expect(reasonOfPod).toBeUndefined();
      const has = (condition: object) =>
        expect(conditions).toContainEqual(expect.objectContaining(condition));
      has({ type: "PodScheduled", status: "True" }); // by the scheduler
      has({
        type: "Ready",
        status: "False",
        reason: phase === "Failed" ? "PodFailed" : "PodCompleted",
      });
    },
  );

  test("leaves no more of its message than the last 4,096 bytes", async () => {
    await using watched = await startPod(kubelet(), "talks", TALKS_TOO_MUCH);
    await watched.sees(/^Succeeded/);
    expect(endOf(watched.pod)?.message).toBe(`${"a".repeat(4093)}end`);
  });

  test("knows its name, its UID and its node", async () => {
    const names = "$PYSTOL_POD_NAME $PYSTOL_POD_UID $PYSTOL_NODE_NAME";
    await using watched = await startPod(kubelet(), "knows", endsWith(0, names));
    await watched.sees(/^Succeeded/);
    const { metadata, spec } = watched.pod;
    expect(endOf(watched.pod)?.message).toBe(`knows ${metadata.uid} ${spec?.nodeName}`);
  });

  test("has a token of its service account that is bound to it, and void once it is gone", async () => {
    const { client, namespace } = kubelet();
    await using watched = await startPod(kubelet(), "token", SAYS_TOKEN);
    const token = await firstLine(kubelet(), watched.pod);
    const review = async () => {
      const path = "/apis/authentication.k8s.io/v1/tokenreviews";
      const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec: { token } };
      return (await client.request<TokenReview>({ method: "POST", path, body })).status;
    };
    expect(await review()).toMatchObject({
      authenticated: true,
      user: {
        username: `system:serviceaccount:${namespace}:default`,
        extra: {
          "authentication.kubernetes.io/pod-name": ["token"],
          "authentication.kubernetes.io/pod-uid": [watched.pod.metadata.uid],
        },
      },
    });
    await watched.delete();
    await watched.sees(/^gone$/);
    // An API server keeps what it found out of a token for some seconds.
    await until(async () => expect((await review()).authenticated).not.toBe(true));
  });

  test("begins after its init container has succeeded", async () => {
    const prepare = { name: "prepare", ...containerOf(kubelet().image, endsWith(0)) };
    const spec = { initContainers: [prepare] };
    await using watched = await startPod(kubelet(), "prepared", endsWith(0), { spec });
    await watched.sees(/^Succeeded/);
    expect(watched.seen.slice(0, 3)).toEqual([
      ...["Pending", "Pending waiting PodInitializing", "Running running"],
    ]);
    expect(initOf(watched.pod)).toMatchObject({ exitCode: 0, reason: "Completed" });
  });

  test("fails without having begun where its init container fails", async () => {
    const prepare = { name: "prepare", ...containerOf(kubelet().image, endsWith(4, "no source")) };
    const spec = { initContainers: [prepare] };
    await using watched = await startPod(kubelet(), "unprepared", endsWith(0), { spec });
    await watched.sees(/^Failed/);
    expect(watched.seen).toEqual([
      ...["Pending", "Pending waiting PodInitializing", "Failed waiting PodInitializing"],
    ]);
    expect(initOf(watched.pod)).toMatchObject({
      exitCode: 4,
      reason: "Error",
      message: "no source",
    });
  });

  test("is failed without having begun where it is deleted while its init container runs", async () => {
    const prepare = { name: "prepare", ...containerOf(kubelet().image, obeys(0)) };
    const parts = { finalizers: [KEPT], spec: { initContainers: [prepare] } };
    await using watched = await startPod(kubelet(), "given-up", endsWith(0), parts);
    await until(() => {
      const { running } = watched.pod.status?.initContainerStatuses?.[0]?.state ?? {};
      if (!running) throw new Error("the init container does not run yet");
    });
    await watched.delete();
    await watched.sees(/^Failed/);
    expect(watched.seen.at(-1)).not.toMatch(/running/);
  });
}

function initOf({ status }: Pod) {
  return status?.initContainerStatuses?.[0]?.state?.terminated;
}
