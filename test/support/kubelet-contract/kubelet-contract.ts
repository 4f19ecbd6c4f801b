import { afterAll, beforeAll, describe } from "vitest";
import type { KubeletUnderTest } from "./kubelet-under-test.ts";
import { podsEnd } from "./pods-end.ts";
import { podsHaveJobs } from "./pods-have-jobs.ts";
import { podsRun } from "./pods-run.ts";
import { podsStop } from "./pods-stop.ts";

/**
 * What Pystol and its tests rely on in a kubelet, as tests. A real one has to pass them, so that they are true, and the test
 * kubelet, so that what is proved with it holds for a real one.
 */
export function kubeletContract(start: () => Promise<KubeletUnderTest>): void {
  let started: KubeletUnderTest;
  beforeAll(async () => {
    started = await start();
  }, 300_000);
  afterAll(async () => {
    await started?.[Symbol.asyncDispose]();
  });
  const kubelet = () => started;
  describe.concurrent("a pod that runs", () => podsRun(kubelet));
  describe.concurrent("a pod that is deleted or evicted", () => podsStop(kubelet));
  describe.concurrent("a pod that its kubelet ends", () => podsEnd(kubelet));
  describe.concurrent("the pod of a Job", () => podsHaveJobs(kubelet));
}
