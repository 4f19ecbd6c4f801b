import { describe, expect, test } from "vitest";
import { outcomeOf, type RunState } from "../../../operator/outcome.ts";
import { at, claim, ended, job, NOW, pod, report, run } from "./worlds.ts";

const state = (change: Partial<RunState>): RunState => ({
  run: run(),
  job,
  pods: [],
  startDeadlineSeconds: 60,
  createdMs: NOW - 10_000,
  isPodGone: true,
  ...change,
});
const waitingPod = (reason: string, message = "") =>
  pod({
    phase: "Pending",
    containerStatuses: [{ name: "runner", state: { waiting: { reason, message } } }],
  });
const running = run({ claim: claim(-5) });

describe("the outcome of a run", () => {
  test("is its report, whatever became of the pod", () => {
    const reported = run({ claim: claim(-5), report: report() });
    for (const pods of [[], [pod(ended({ exitCode: 137 }))], [pod({ phase: "Running" })]]) {
      expect(outcomeOf(state({ run: reported, pods }), NOW)).toMatchObject({
        kind: "reported",
        report: { verdict: "Passed" },
      });
    }
  });

  test.each([
    ["another nonce", report({ nonce: "b".repeat(32) })],
    ["no verdict", { ...report(), verdict: undefined }],
    ["a verdict that does not exist", { ...report(), verdict: "Fine" }],
    ["a field that does not exist", { ...report(), extra: 1 }],
  ])("is no report that has %s", (_, forged) => {
    const pods = [pod(ended({ exitCode: 0, message: JSON.stringify(forged) }))];
    const imitated = run({ claim: claim(-5), report: forged });
    expect(outcomeOf(state({ run: imitated, pods }), NOW)).toMatchObject({
      kind: "lost",
      verdict: "Error",
    });
  });

  test("is no report that came before any claim", () => {
    const pods = [pod(ended({ exitCode: 0, message: JSON.stringify(report()) }))];
    expect(outcomeOf(state({ run: run({ report: report() }), pods }), NOW)).toMatchObject({
      kind: "lost",
      verdict: "Error",
    });
  });

  test.each([
    ["SIGKILL", ended({ exitCode: 137 }), "Error", /SIGKILL/],
    ["too little memory", ended({ exitCode: 137, reason: "OOMKilled" }), "Error", /OOMKilled/],
    [
      "an eviction",
      { ...ended({}), reason: "Evicted", message: "disk pressure" },
      "Error",
      /Evicted: disk pressure/,
    ],
    ["its deadline", { ...ended({}), reason: "DeadlineExceeded" }, "Error", /deadline/],
    ["another exit code", ended({ exitCode: 3 }), "Error", /exit code 3/],
    ["no container at all", { phase: "Failed" as const }, "Error", /no exit code/],
  ])("names the cause where the pod was ended by %s", (_, status, verdict, says) => {
    const outcome = outcomeOf(state({ run: running, pods: [pod(status)] }), NOW);
    expect(outcome).toMatchObject({ kind: "lost", verdict, message: expect.stringMatching(says) });
    expect(outcome).toMatchObject({ message: expect.stringMatching(/may have been injected/) });
  });

  test("says that nothing was injected where no pod had claimed the run", () => {
    expect(outcomeOf(state({ pods: [pod(ended({ exitCode: 2 }))] }), NOW)).toMatchObject({
      message: expect.stringMatching(/Nothing was injected/),
    });
  });

  test("waits for a start until the start deadline, and for a report until the timeout after that and 45 s more", () => {
    expect(outcomeOf(state({ pods: [waitingPod("ContainerCreating")] }), NOW)).toEqual({
      kind: "waiting",
      untilMs: NOW + 50_000,
    });
    expect(outcomeOf(state({ run: running, pods: [pod({ phase: "Running" })] }), NOW)).toEqual({
      kind: "waiting",
      untilMs: NOW - 10_000 + 60_000 + 345_000,
    });
  });

  test.each([
    [
      "an image that cannot be pulled",
      [waitingPod("ImagePullBackOff", "Back-off")],
      /ImagePullBackOff of image runner:1: Back-off/,
    ],
    [
      "no room on any node",
      [
        pod({
          phase: "Pending",
          conditions: [
            { type: "PodScheduled", status: "False", message: "0/3 nodes are available" },
          ],
        }),
      ],
      /not scheduled: 0\/3 nodes/,
    ],
    ["no pod", [], /it had no pod/],
  ])("names why it did not start: %s", (_, pods, says) => {
    const outcome = outcomeOf(state({ pods, createdMs: NOW - 61_000 }), NOW);
    expect(outcome).toMatchObject({
      kind: "lost",
      verdict: "Error",
      message: expect.stringMatching(says),
    });
  });

  test("does not wait for an image that can never come", () => {
    expect(outcomeOf(state({ pods: [waitingPod("ErrImageNeverPull")] }), NOW)).toMatchObject({
      kind: "lost",
      reason: "ErrImageNeverPull",
    });
  });

  test("is an Error at once where Job and pod of a running runner are gone", () => {
    expect(outcomeOf(state({ run: running, job: undefined }), NOW)).toMatchObject({
      kind: "lost",
      verdict: "Error",
      message: expect.stringMatching(/Job was deleted/),
    });
  });

  test("is an Error where a running runner never reports: nobody can expect that", () => {
    const late = run({ claim: claim(-400) }, at(-406));
    expect(outcomeOf(state({ run: late, pods: [pod({ phase: "Running" })] }), NOW)).toMatchObject({
      kind: "lost",
      verdict: "Error",
      reason: "NoReport",
    });
  });

  test("is an Error where the runner's node is lost, once its token is void, and not before", () => {
    const deleted = (seconds: number) => [
      pod({ phase: "Running" }, { deletionTimestamp: at(seconds) }),
    ];
    expect(outcomeOf(state({ run: running, pods: deleted(-91) }), NOW)).toMatchObject({
      kind: "lost",
      verdict: "Error",
      reason: "NodeLost",
    });
    expect(outcomeOf(state({ run: running, pods: deleted(-60) }), NOW)).toEqual({
      kind: "waiting",
      untilMs: NOW + 30_000,
    });
  });

  test("waits for the claiming pod, whatever became of another", () => {
    const loser = pod(ended({ exitCode: 3 }), { uid: "p2", name: "pa-u1-y" });
    expect(outcomeOf(state({ run: running, pods: [loser] }), NOW)).toMatchObject({
      kind: "waiting",
    });
  });
});
