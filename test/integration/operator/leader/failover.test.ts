import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pystolActions, pystolRuns, RUNS_NAMESPACE } from "../../../../kubernetes/resources.ts";
import { type Lease, leases } from "../../../../operator/leader/lease.ts";
import { jobs } from "../../../../operator/workloads.ts";
import { type OperatorProcess, startOperator } from "../../../support/operator-process.ts";
import { type OperatorWorld, startOperatorWorld } from "../../../support/operator-world.ts";
import { claim, jobsOf, report, runOf, writeStatus } from "../../../support/played-runner.ts";
import { eventually } from "../../../support/pystol-control-plane.ts";

const electing = { env: { PYSTOL_LEADER_ELECT: "true", PYSTOL_LOG_LEVEL: "debug" } };
const place = { namespace: "pystol-system", name: "pystol-operator" };

let world: OperatorWorld;
/** Whoever leads, and whoever stands by. */
let leader: OperatorProcess;
let standby: OperatorProcess;
beforeAll(async () => {
  world = await startOperatorWorld(electing);
  leader = world.operator;
  await eventually(() => expect(leads(leader)).toBe(true));
  standby = await startOperator(world.world, electing);
}, 300_000);
afterAll(async () => {
  await Promise.all([leader, standby].map((each) => each?.[Symbol.asyncDispose]()));
  await world?.[Symbol.asyncDispose]();
});

const leads = (operator: OperatorProcess) => operator.log().includes('"msg":"leading"');
const lease = (): Promise<Lease> => world.world.client.get(leases, place);

/** Ends the leader in some way, waits until the standby leads, and gets another standby ready. */
async function change(end: () => unknown): Promise<OperatorProcess> {
  const before = leader;
  await end();
  await eventually(() => expect(leads(standby)).toBe(true));
  leader = standby;
  world.operator = leader;
  standby = await startOperator(world.world, electing);
  return before;
}

describe("of two operators", () => {
  test("one leads, and the other is ready and does nothing", async () => {
    await world.submit("one-leads");
    await eventually(async () => expect((await world.get("one-leads")).status).toBeDefined());
    expect(leads(standby)).toBe(false);
    await eventually(() => expect(leader.log()).toContain('"msg":"applied"'));
    expect(standby.log()).not.toContain('"msg":"applied"');
    const { ok } = await fetch(`http://127.0.0.1:${standby.healthPort}/readyz`);
    expect(ok).toBe(true);
  });

  test("the other leads at once when the leader is told to end, which it does without an error", async () => {
    const { leaseTransitions = 0 } = (await lease()).spec ?? {};
    const before = await change(() => leader.signal("SIGTERM"));
    await before.ended;
    expect(before.exitCode()).toBe(0);
    expect(before.log()).toContain('"msg":"lease released"');
    expect((await lease()).spec?.leaseTransitions).toBe(leaseTransitions + 1);
    const uid = await world.submit("after-release");
    await runOf(world.world, uid);
  });

  test("the other leads when the leader was killed, and goes on with what that had begun", async () => {
    const uid = await world.submit("killed-leader");
    const { run, pod } = await runOf(world.world, uid);
    await claim(world.world, run, pod);
    await change(() => leader.kill());
    await writeStatus(world.world, run, pod, { report: report() });
    expect(await world.finished("killed-leader")).toMatchObject({ verdict: "Passed" });
    expect(await jobsOf(world.world, uid)).toHaveLength(1);
  });

  test("a leader that was stopped for longer than its Lease ends itself, and changes nothing more", async () => {
    const begun = await world.submit("begun");
    const first = await runOf(world.world, begun);
    const stopped = await change(async () => {
      leader.signal("SIGSTOP");
      // It will find these, and all that became of them, when it goes on.
      await world.submit("unseen");
      await claim(world.world, first.run, first.pod);
      await writeStatus(world.world, first.run, first.pod, { report: report() });
    });
    const { uid = "" } = (await world.get("unseen")).metadata;
    await runOf(world.world, uid);
    await world.finished("begun");
    await eventually(async () => expect((await world.get("unseen")).status?.run).toBeDefined());
    const versions = async () => {
      const lists = await Promise.all([
        world.world.client.list(pystolActions),
        world.world.client.list(pystolRuns, { namespace: RUNS_NAMESPACE }),
        world.world.client.list(jobs, { namespace: RUNS_NAMESPACE }),
      ]);
      const objects = lists.flatMap(({ items }) => items.map(({ metadata }) => metadata));
      return objects.map(({ name, resourceVersion }) => `${name} ${resourceVersion}`).sort();
    };
    const known = await eventually(async () => {
      const before = await versions();
      expect(await versions()).toEqual(before);
      return before;
    });
    stopped.signal("SIGCONT");
    await stopped.ended;
    expect(stopped.exitCode()).toBe(1);
    expect(stopped.log()).toMatch(/"msg":"leadership lost"/);
    expect(await versions()).toEqual(known);
    expect(await jobsOf(world.world, uid)).toHaveLength(1);
  });

  test("a leader whose Lease was given to another by hand ends itself", async () => {
    const before = await change(async () => {
      const spec = { holderIdentity: "somebody", leaseDurationSeconds: 1 };
      const account = { namespace: "pystol-system", name: "pystol-operator" };
      const operator = await world.world.clientOf(account); // nobody else may
      await operator.mergePatch(leases, place, { spec });
    });
    await before.ended;
    expect(before.exitCode()).toBe(1);
    expect(before.log()).toMatch(/it is held by/);
  });

  test("a container that is started again in its pod leads on, and the standby goes on waiting", async () => {
    const pod = { PYSTOL_POD_NAME: "operator-1", PYSTOL_POD_UID: "1-2-3" };
    const inPod = { env: { ...electing.env, ...pod } };
    await standby[Symbol.asyncDispose]();
    standby = await startOperator(world.world, inPod);
    await change(() => leader.signal("SIGTERM"));
    await leader.kill();
    leader = await startOperator(world.world, inPod);
    world.operator = leader;
    await eventually(() => expect(leads(leader)).toBe(true));
    expect(leads(standby)).toBe(false);
    expect(leader.log()).toMatch(/"after":"operator-1_1-2-3_/);
  });
});
