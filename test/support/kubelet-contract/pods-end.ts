import { expect, test } from "vitest";
import { firstLine, KEPT, type KubeletUnderTest } from "./kubelet-under-test.ts";
import { DEAF, NEEDS_DISK, NEEDS_MEMORY, obeys } from "./programs.ts";
import { endOf, startPod } from "./watched-pod.ts";

/** What a kubelet does to a pod by itself. */
export function podsEnd(kubelet: () => KubeletUnderTest): void {
  test("gets SIGKILL where it needs more memory than it may have, and is Failed with exit code 137", async () => {
    const container = { resources: { limits: { memory: "48Mi" } } };
    await using watched = await startPod(kubelet(), "hungry", NEEDS_MEMORY, { container });
    await watched.sees(/running|terminated/);
    await kubelet().outOfMemory?.("hungry");
    await watched.sees(/^Failed/);
    // A runtime may hear of the end before it hears of its cause; then a kubelet says Error.
    expect(watched.seen.at(-1)).toMatch(/^Failed terminated (OOMKilled|Error) 137$/);
    expect(watched.pod.status?.reason).toBeUndefined();
  });

  test("is evicted where it needs more of its volume than it may have: Failed, and not deleted", async () => {
    const container = {
      env: [{ name: "HOME", value: "/tmp" }],
      volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
    };
    const volumes = [{ name: "tmp", emptyDir: { sizeLimit: "1Mi" } }];
    const spec = { volumes, terminationGracePeriodSeconds: 3600 };
    await using watched = await startPod(kubelet(), "evicted-by-node", NEEDS_DISK, {
      ...{ container, spec },
    });
    await firstLine(kubelet(), watched.pod);
    await kubelet().overVolumeLimit?.("evicted-by-node");
    // A kubelet that evicts a pod soon after its start says Failed before it has said that the container ran.
    await watched.sees(/^Failed terminated/);
    expect(watched.seen).not.toContain("gone");
    expect(watched.pod.status).toMatchObject({
      reason: "Evicted",
      message: expect.stringMatching(/./),
    });
    expect(watched.pod.metadata.deletionTimestamp).toBeUndefined();
    // A kubelet's own evictions leave no more than a second; one that lost sight of the container says so, with the same code.
    expect(watched.seen.at(-1)).toMatch(/^Failed terminated (Error|ContainerStatusUnknown) 137$/);
  });

  test.for([
    ["obeys", obeys(0), { terminationGracePeriodSeconds: 3600 }, 0],
    ["is deaf", DEAF, { terminationGracePeriodSeconds: 1 }, 137],
  ] as const)(
    "is Failed by its deadline, whatever its exit code is, where its program %s",
    async ([how, program, grace, exitCode]) => {
      const spec = { ...grace, activeDeadlineSeconds: 10 };
      const name = `overdue-${how.replaceAll(" ", "-")}`;
      await using watched = await startPod(kubelet(), name, program, { spec, finalizers: [KEPT] });
      await watched.sees(/^(Failed|Succeeded) terminated/);
      expect(watched.pod.status).toMatchObject({ phase: "Failed", reason: "DeadlineExceeded" });
      expect(endOf(watched.pod)?.exitCode).toBe(exitCode);
      expect(watched.pod.metadata.deletionTimestamp).toBeUndefined();
    },
  );
}
