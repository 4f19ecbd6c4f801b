import { expect, test } from "vitest";
import type { ResourceType } from "../../../kubernetes/resources.ts";
import { evict, firstLine, KEPT, type KubeletUnderTest, until } from "./kubelet-under-test.ts";
import { lastActor } from "./last-actor.ts";
import { ACTS_AT_LAST, DEAF, endsWith, obeys, obeysSlowly } from "./programs.ts";
import { endOf, startPod } from "./watched-pod.ts";

const nodes: ResourceType = { apiVersion: "v1", kind: "Node", plural: "nodes", namespaced: false };
const LONG = { terminationGracePeriodSeconds: 3600 };

/** What somebody else's deletion or eviction does to a pod. */
export function podsStop(kubelet: () => KubeletUnderTest): void {
  test.for([
    [0, "Completed", "Succeeded"],
    [7, "Error", "Failed"],
  ] as const)(
    "gets SIGTERM, ends with exit code %i, %s, and is kept by a finalizer with its last words",
    async ([exitCode, reason, phase]) => {
      const parts = { finalizers: [KEPT], spec: LONG };
      await using watched = await startPod(kubelet(), `obeys-${exitCode}`, obeys(exitCode), parts);
      await firstLine(kubelet(), watched.pod);
      await watched.delete();
      await watched.sees(/^(Succeeded|Failed)/);
      expect(watched.seen.at(-1)).toBe(`${phase} terminated ${reason} ${exitCode}`);
      expect(endOf(watched.pod)?.message).toBe("asked");
      await watched.release();
      await watched.sees(/^gone$/);
    },
  );

  test("is gone once it has ended, where no finalizer keeps it", async () => {
    await using watched = await startPod(kubelet(), "goes", obeys(7), { spec: LONG });
    await firstLine(kubelet(), watched.pod);
    await watched.delete();
    await watched.sees(/^gone$/);
    expect(watched.seen.at(-2)).toBe("Failed terminated Error 7");
  });

  test.for([
    ["its own grace is over", { terminationGracePeriodSeconds: 2 }, []],
    ["the deletion's grace is over", LONG, [2]],
    ["it is deleted without grace", LONG, [0]],
  ] as const)(
    "gets SIGKILL when %s, and is Failed with exit code 137",
    async ([why, spec, graces]) => {
      const parts = { finalizers: [KEPT], spec };
      const name = `deaf-${why.replaceAll(/[^a-z]+/g, "-")}`;
      await using watched = await startPod(kubelet(), name, DEAF, parts);
      await firstLine(kubelet(), watched.pod);
      if (graces.length === 0) await watched.delete();
      for (const gracePeriodSeconds of graces) await watched.delete({ gracePeriodSeconds });
      await watched.sees(/^Failed/);
      expect(watched.seen.at(-1)).toBe("Failed terminated Error 137");
      expect(endOf(watched.pod)?.message).toBe("deaf");
      await watched.release();
      await watched.sees(/^gone$/);
    },
  );

  test("keeps the grace of its first deletion where it is deleted again without any", async () => {
    const parts = { finalizers: [KEPT], spec: LONG };
    await using watched = await startPod(kubelet(), "twice", obeysSlowly(7), parts);
    await firstLine(kubelet(), watched.pod);
    await watched.delete();
    await until(async () => expect(await kubelet().linesOf("twice")).toContain("asked"));
    await watched.delete({ gracePeriodSeconds: 0 });
    await watched.sees(/^Failed/);
    expect(watched.seen.at(-1)).toBe("Failed terminated Error 7");
  });

  test("is gone at once where it is deleted without grace and finalizer, and can still act when it gets SIGTERM", async () => {
    await using actor = await lastActor(kubelet(), "last-act");
    await using watched = await startPod(kubelet(), "forced", ACTS_AT_LAST, actor);
    await firstLine(kubelet(), watched.pod);
    await watched.delete({ gracePeriodSeconds: 0 });
    await watched.sees(/^gone$/);
    expect(watched.seen.at(-2)).toBe("Running running");
    await until(() => actor.hasActed());
  });

  test("is Failed with exit code 137 where it is deleted when it has its node and has hardly begun", async () => {
    const [node] = (await kubelet().client.list(nodes)).items;
    const spec = { nodeName: node?.metadata.name, terminationGracePeriodSeconds: 1 };
    const parts = { finalizers: [KEPT], spec };
    await using watched = await startPod(kubelet(), "unborn", DEAF, parts);
    await watched.delete();
    await watched.sees(/^Failed/);
    expect(endOf(watched.pod)?.exitCode).toBe(137);
    await watched.release();
    await watched.sees(/^gone$/);
  });

  test("keeps its result where it is deleted after its end", async () => {
    const parts = { finalizers: [KEPT] };
    await using watched = await startPod(kubelet(), "over", endsWith(3), parts);
    await watched.sees(/^Failed/);
    await watched.delete();
    await until(() => expect(watched.pod.metadata.deletionTimestamp).toBeDefined());
    await watched.release();
    await watched.sees(/^gone$/);
    expect(watched.seen.at(-2)).toBe("Failed terminated Error 3");
  });

  test("gets SIGTERM from an eviction by the API, and says at its end who disrupted it", async () => {
    const parts = { finalizers: [KEPT], spec: LONG };
    await using watched = await startPod(kubelet(), "evicted", obeys(7), parts);
    await firstLine(kubelet(), watched.pod);
    await evict(kubelet(), watched.pod);
    await watched.sees(/^Failed terminated Error 7$/);
    expect(watched.pod.status?.conditions).toContainEqual(
      expect.objectContaining({
        ...{ type: "DisruptionTarget", status: "True", reason: "EvictionByEvictionAPI" },
      }),
    );
    expect(watched.pod.status?.reason).toBeUndefined();
  });
}
