import { afterAll, beforeAll, expect, test } from "vitest";
import { pystolRuns, RUNS_NAMESPACE } from "../../../kubernetes/resources.ts";
import { eventually } from "../../support/pystol-control-plane.ts";
import {
  type RunnerWorld,
  type StartedRunner,
  startRunnerWorld,
} from "../../support/runner-world.ts";

const LONG_MS = 240_000;
const tell = (type: string, message: object) => ({
  "ansible.builtin.command": { argv: ["pystol-record", type, JSON.stringify(message)] },
});
const order = (want: string) =>
  tell("node", {
    ...{ node: "n1", fault: "NetworkPartition", want, holdSeconds: 60, args: {} },
    target: { namespace: "shop", name: "web", uid: "u-1" },
  });

let world: RunnerWorld;
beforeAll(async () => {
  world = await startRunnerWorld({
    ordering: {
      inject: [tell("undo", { id: "web", module: "acme.tests.x", args: {} }), order("Applied")],
      recover: [order("Removed"), tell("undone", { id: "web", state: "Done" })],
    },
    unrecorded: { inject: [order("Applied")], recover: [] },
  });
}, LONG_MS);
afterAll(() => world?.[Symbol.asyncDispose]());

const operator = () =>
  world.world.clientOf({ namespace: "pystol-system", name: "pystol-operator" });

/** What the node's helper would answer, once it is ordered. */
async function answer(runner: StartedRunner, state: "Applied" | "Removed"): Promise<void> {
  await eventually(async () => {
    const [found] = (await world.run(runner.name)).status?.nodeOrders ?? [];
    expect(found?.want).toBe(state);
  }, LONG_MS);
  const answers = [
    { id: "NetworkPartition/u-1", state, podName: "helper", time: new Date().toISOString() },
  ];
  const place = { namespace: RUNS_NAMESPACE, name: runner.name, subresource: "status" };
  await (await operator()).mergePatch(pystolRuns, place, { status: { nodeAnswers: answers } });
}

test(
  "a node's helper is waited for also in the recovery after a stop",
  async () => {
    const runner = await world.start({
      role: { role: "ordering", phased: true, undoable: true, nodeAccess: true },
      timeoutSeconds: 200,
    });
    await answer(runner, "Applied");
    await runner.event("holding");
    const place = { namespace: RUNS_NAMESPACE, name: runner.name };
    await (await operator()).mergePatch(pystolRuns, place, { spec: { stop: true } });
    await answer(runner, "Removed");
    const { report } = await runner.ended;
    expect(report).toMatchObject({ verdict: "Passed" });
    expect((await world.run(runner.name)).status?.records?.[0]).toMatchObject({
      ...{ state: "Done", attempts: 1 },
    });
  },
  LONG_MS,
);

test(
  "nothing is applied on a node by a role that nobody would undo",
  async () => {
    const runner = await world.start({ role: { role: "unrecorded", phased: true } });
    const { report } = await runner.ended;
    expect(report?.message).toContain("does not say undoable");
    expect((await world.run(runner.name)).status).not.toHaveProperty("nodeOrders");
  },
  LONG_MS,
);
