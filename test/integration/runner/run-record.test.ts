import { afterAll, beforeAll, expect, test } from "vitest";
import { pystolRuns, RUNS_NAMESPACE } from "../../../kubernetes/resources.ts";
import { RunRecord } from "../../../runner/run-record.ts";
import { type OperatorWorld, startOperatorWorld } from "../../support/operator-world.ts";
import { claim, report, runOf, writeStatus } from "../../support/played-runner.ts";

let world: OperatorWorld;
beforeAll(async () => {
  world = await startOperatorWorld();
}, 300_000);
afterAll(() => world?.[Symbol.asyncDispose]());

test("a report replaces whatever a role has written in its place with the pod's token", async () => {
  const { run, pod } = await runOf(world.world, await world.submit("planted"));
  await world.operator.kill(); // it would take the planted report for what it is, and say so
  await claim(world.world, run, pod);
  const planted = report({
    nonce: "f".repeat(32),
    injectedTime: new Date().toISOString(),
    targets: [{ kind: "Pod", name: "planted" }],
    results: { planted: true },
  });
  await writeStatus(world.world, run, pod, { report: planted });
  const { name, uid = "" } = pod.metadata;
  const runner = await world.world.clientOf({
    namespace: RUNS_NAMESPACE,
    name: "pystol-role-killpods",
    pod: { name, uid },
  });
  const genuine = report({ verdict: "Failed", verified: false });
  const record = new RunRecord(runner, run.metadata.name);
  await record.storeReport(genuine, { deadlineMs: 10_000, now: () => performance.now() });
  const place = { namespace: RUNS_NAMESPACE, name: run.metadata.name };
  const stored = await world.world.client.get(pystolRuns, place);
  expect(stored.status?.report).toEqual(genuine);
});
