import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RUNS_NAMESPACE } from "../../../kubernetes/resources.ts";
import { jobs, pods } from "../../../operator/workloads.ts";
import { type OperatorWorld, startOperatorWorld } from "../../support/operator-world.ts";
import {
  claim,
  ended,
  jobsOf,
  report,
  runOf,
  setPodStatus,
  writeStatus,
} from "../../support/played-runner.ts";
import { eventually } from "../../support/pystol-control-plane.ts";

let world: OperatorWorld;
beforeAll(async () => {
  world = await startOperatorWorld();
}, 300_000);
afterAll(() => world?.[Symbol.asyncDispose]());

describe("an action whose runner reports", () => {
  test("gets the report's verdict, evidence and times, and its pod is let go of", async () => {
    const uid = await world.submit("reported");
    const { run, pod } = await runOf(world.world, uid);
    await claim(world.world, run, pod);
    await eventually(async () =>
      expect((await world.get("reported")).status?.phase).toBe("Running"),
    );
    const target = { kind: "Pod", name: "web-1", outcome: "killed", evidence: { killedUID: "u" } };
    const injectedTime = new Date().toISOString();
    await writeStatus(world.world, run, pod, {
      injectedTime,
      report: report({ injectedTime, targets: [target] }),
    });
    const status = await world.finished("reported");
    expect(status).toMatchObject({
      verdict: "Passed",
      verified: true,
      phase: "Complete",
      targets: [target],
      injectedTime,
    });
    const types = status.conditions?.map(({ type, status: is }) => `${type}=${is}`);
    expect(types).toEqual(["Accepted=True", "Started=True", "Injected=True", "Complete=True"]);
    expect(status).not.toHaveProperty("nonce");
    await setPodStatus(world.world, pod, ended({ exitCode: 0 }));
    await eventually(async () => {
      const { metadata } = await world.world.client.get(pods, {
        namespace: RUNS_NAMESPACE,
        name: pod.metadata.name,
      });
      expect(metadata.finalizers ?? []).not.toContain("pystol.org/report");
    });
    expect(await jobsOf(world.world, uid)).toHaveLength(1);
  });

  test("gets it from the termination message where the run's status has none", async () => {
    const { run, pod } = await runOf(world.world, await world.submit("message"));
    await claim(world.world, run, pod);
    const message = JSON.stringify(
      report({ verdict: "Failed", message: "1 of 2 pods did not come back." }),
    );
    await setPodStatus(world.world, pod, ended({ exitCode: 1, message }));
    expect(await world.finished("message")).toMatchObject({
      verdict: "Failed",
      message: "1 of 2 pods did not come back.",
    });
  });

  test("is an Error where the report is somebody else's", async () => {
    const { run, pod } = await runOf(world.world, await world.submit("imitated"));
    await claim(world.world, run, pod);
    const message = JSON.stringify(report({ nonce: "f".repeat(32) }));
    await setPodStatus(world.world, pod, ended({ exitCode: 0, message }));
    expect(await world.finished("imitated")).toMatchObject({ verdict: "Error", verified: false });
  });
});

describe("what the API server would refuse", () => {
  test("is cut from a message, so that an action with many mistakes has its verdict", async () => {
    const names = Array.from({ length: 60 }, (_, index) => [`notDeclared${index}`, index]);
    await world.submit("many-mistakes", { extraVars: Object.fromEntries(names) });
    const { verdict, message } = await world.finished("many-mistakes");
    expect(verdict).toBe("Error");
    expect(message).toMatch(/notDeclared0 is not declared/);
    expect(message?.length).toBe(2048);
  });

  test("is left out of the status, which is then unverified", async () => {
    const { run, pod } = await runOf(world.world, await world.submit("refused"));
    await claim(world.world, run, pod);
    const targets = Array.from({ length: 32 }, () => ({ kind: "", name: "x".repeat(600) }));
    await writeStatus(world.world, run, pod, { report: report({ targets: targets as never }) });
    await setPodStatus(world.world, pod, ended({ exitCode: 0 }));
    expect(await world.finished("refused")).toMatchObject({ verified: false });
  });
});

describe("an action that cannot run", () => {
  test.each([
    { name: "no-role", spec: { role: "no-such-role" }, says: /no PystolRole "no-such-role"/ },
    {
      name: "wrong-type",
      spec: { extraVars: { gracePeriodSeconds: "ten" } },
      says: /extraVars\.gracePeriodSeconds is "ten"; it must be integer/,
    },
    {
      name: "undeclared",
      spec: { extraVars: { gracePeriod: 1 } },
      says: /extraVars\.gracePeriod is not declared/,
    },
    {
      name: "reserved",
      spec: { extraVars: { ansible_python_interpreter: "/bin/sh" } },
      says: /ansible_python_interpreter is reserved/,
    },
  ])("ends in Error that says why: $name", async ({ name, spec, says }) => {
    const uid = await world.submit(name, spec);
    const status = await world.finished(name);
    expect(status).toMatchObject({
      verdict: "Error",
      message: expect.stringMatching(says),
      phase: "Failed",
    });
    expect(await jobsOf(world.world, uid)).toHaveLength(0);
  });

  test("is an Error in a namespace that is not enabled, and the message says how to enable it", async () => {
    await world.submit("outside", {}, "closed");
    expect((await world.finished("outside", "closed")).message).toMatch(
      /closed is not enabled.*kubectl label namespace closed pystol.org\/enabled=true/,
    );
  });

  test("is Aborted where it was stopped before it started", async () => {
    await world.submit("stopped", { stop: true });
    expect(await world.finished("stopped")).toMatchObject({
      verdict: "Aborted",
      message: expect.stringMatching(/spec\.stop/),
    });
  });
});

describe("an action whose runner is lost", () => {
  test("names the image that cannot be pulled, within the start deadline, and takes the Job away", async () => {
    const uid = await world.submit("no-image", { startDeadline: "2s" });
    const { pod } = await runOf(world.world, uid);
    const waiting = { reason: "ImagePullBackOff", message: "Back-off pulling image" };
    await setPodStatus(world.world, pod, {
      phase: "Pending",
      containerStatuses: [
        {
          name: "runner",
          image: "x",
          imageID: "",
          ready: false,
          restartCount: 0,
          state: { waiting },
        } as never,
      ],
    });
    expect((await world.finished("no-image")).message).toMatch(
      /ImagePullBackOff of image localhost\/pystol-runner:test/,
    );
    await eventually(async () => expect(await jobsOf(world.world, uid)).toHaveLength(0));
  });

  test("is an Error where the runner was killed by SIGKILL", async () => {
    const { run, pod } = await runOf(world.world, await world.submit("killed"));
    await claim(world.world, run, pod);
    await setPodStatus(world.world, pod, ended({ exitCode: 137 }));
    expect(await world.finished("killed")).toMatchObject({
      verdict: "Error",
      message: expect.stringMatching(/SIGKILL.*may have been injected/),
    });
  });

  test("is an Error where the pod's deadline ended it", async () => {
    const { run, pod } = await runOf(world.world, await world.submit("deadline"));
    await claim(world.world, run, pod);
    await setPodStatus(world.world, pod, {
      ...ended({ exitCode: 143 }),
      reason: "DeadlineExceeded",
    });
    expect(await world.finished("deadline")).toMatchObject({
      verdict: "Error",
      phase: "Failed",
      message: expect.stringMatching(/deadline/),
    });
  });

  test("is an Error, and starts no second Job, where the Job is deleted by hand while it runs", async () => {
    const uid = await world.submit("job-deleted");
    const { run, pod } = await runOf(world.world, uid);
    await claim(world.world, run, pod);
    await eventually(async () =>
      expect((await world.get("job-deleted")).status?.phase).toBe("Running"),
    );
    await world.world.client.delete(
      jobs,
      { namespace: RUNS_NAMESPACE, name: run.metadata.name },
      { propagationPolicy: "Background" },
    );
    await setPodStatus(world.world, pod, ended({ exitCode: 137 }));
    expect(await world.finished("job-deleted")).toMatchObject({ verdict: "Error" });
    expect(await jobsOf(world.world, uid)).toHaveLength(0);
  });
});
