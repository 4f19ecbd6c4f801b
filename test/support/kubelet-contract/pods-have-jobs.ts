import { expect, test } from "vitest";
import type { Resource } from "../../../kubernetes/resources.ts";
import { type Job, jobs, type Pod, pods } from "../../../operator/workloads.ts";
import {
  evict,
  firstLine,
  KEPT,
  type KubeletUnderTest,
  podSpecOf,
  until,
} from "./kubelet-under-test.ts";
import { DEAF, endsWith, obeys } from "./programs.ts";
import { endOf, type WatchedPod, watchPod } from "./watched-pod.ts";

const ON_DISRUPTION = {
  ...{ action: "FailJob", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
};
const ON_FAILURE = {
  ...{ action: "FailJob", onExitCodes: { containerName: "main", operator: "NotIn", values: [0] } },
};

const phaseOf = ({ status }: Pod) => status?.phase;

/** What the Job controller makes of what a kubelet says. */
export function podsHaveJobs(kubelet: () => KubeletUnderTest): void {
  test("makes it Complete when it succeeds", async () => {
    await using started = await startJob("completes", { program: endsWith(0) });
    expect(await started.finished()).toMatchObject({ type: "Complete" });
    expect((await podsOf("completes")).map(phaseOf)).toEqual(["Succeeded"]);
  });

  test("makes it Failed by its policy when it fails", async () => {
    await using started = await startJob("fails", { program: endsWith(3) });
    expect(await started.finished()).toMatchObject({ type: "Failed", reason: "PodFailurePolicy" });
    expect((await podsOf("fails")).map(phaseOf)).toEqual(["Failed"]);
  });

  test("makes it Failed when it is evicted, because it says so at its end", async () => {
    const spec = { backoffLimit: 6, podFailurePolicy: { rules: [ON_DISRUPTION] } };
    await using started = await startJob("is-evicted", { program: obeys(7), spec });
    await firstLine(kubelet(), started.watched.pod);
    await evict(kubelet(), started.watched.pod);
    expect(await started.finished()).toMatchObject({ type: "Failed", reason: "PodFailurePolicy" });
    expect((await podsOf("is-evicted")).map(phaseOf)).toEqual(["Failed"]);
  });

  test("is deleted by the Job's deadline, and it has ended before the Job is Failed", async () => {
    const spec = { activeDeadlineSeconds: 10 };
    await using started = await startJob("overdue", { program: DEAF, spec });
    expect(await started.finished()).toMatchObject({ type: "Failed", reason: "DeadlineExceeded" });
    const found = await podsOf("overdue");
    expect(found.map(phaseOf)).toEqual(["Failed"]);
    expect(found.map(({ metadata }) => metadata.deletionTimestamp)).not.toContain(undefined);
    expect(found.map(endOf)).toMatchObject([{ exitCode: 137, message: "deaf" }]);
  });

  test("ends when its Job is deleted, which stays in the foreground for as long as it does", async () => {
    const { client, namespace } = kubelet();
    await using started = await startJob("deleted", { program: obeys(7) });
    await firstLine(kubelet(), started.watched.pod);
    await client.delete(jobs, { namespace, name: "deleted" }, { propagationPolicy: "Foreground" });
    await started.watched.sees(/^Failed terminated Error 7$/);
    const job = await client.get(jobs, { namespace, name: "deleted" });
    expect(job.metadata.finalizers).toContain("foregroundDeletion");
    await started.watched.release();
    await started.watched.sees(/^gone$/);
    await until(() =>
      expect(client.get(jobs, { namespace, name: "deleted" })).rejects.toThrow(/not found/),
    );
  });

  async function startJob(name: string, { program, spec }: { program: string; spec?: object }) {
    const { client, namespace } = kubelet();
    const grace = { terminationGracePeriodSeconds: 2 };
    await client.create(jobs, {
      ...{ apiVersion: jobs.apiVersion, kind: jobs.kind, metadata: { name, namespace } },
      spec: {
        backoffLimit: 0,
        podReplacementPolicy: "Failed",
        podFailurePolicy: { rules: [ON_DISRUPTION, ON_FAILURE] },
        template: {
          metadata: { finalizers: [KEPT] },
          spec: podSpecOf(kubelet(), program, { spec: grace }),
        },
        ...spec,
      },
    } as Resource as Job);
    const pod = await until(async () => {
      const [found] = await podsOf(name);
      if (!found) throw new Error(`the Job ${name} has no pod yet`);
      return found;
    });
    const watched = watchPod(kubelet(), pod);
    return {
      watched,
      finished: () => finished(name),
      [Symbol.asyncDispose]: () => take(name, watched),
    };
  }

  async function finished(name: string) {
    const { client, namespace } = kubelet();
    return until(async () => {
      const { conditions = [] } = (await client.get(jobs, { namespace, name })).status ?? {};
      const end = conditions.find(({ type }) => ["Complete", "Failed"].includes(type));
      if (end?.status !== "True") throw new Error(`${name} goes on: ${JSON.stringify(conditions)}`);
      return end;
    });
  }

  async function podsOf(job: string): Promise<Pod[]> {
    const { client, namespace } = kubelet();
    const query = { labelSelector: `batch.kubernetes.io/job-name=${job}` };
    return (await client.list(pods, { namespace, query })).items;
  }

  async function take(name: string, watched: WatchedPod): Promise<void> {
    const { client, namespace } = kubelet();
    const options = { propagationPolicy: "Background" };
    await client.delete(jobs, { namespace, name }, options).catch(() => undefined);
    await watched[Symbol.asyncDispose]();
  }
}
