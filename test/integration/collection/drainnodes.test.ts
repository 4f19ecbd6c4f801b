import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CORDONED_BY, nodes } from "../../../collection/modules/drainnodes/nodes.ts";
import { namespaces } from "../../../kubernetes/resources.ts";
import { eventually } from "../../support/pystol-control-plane.ts";
import {
  drainScene,
  evictionRefused,
  holdPodsOf,
  putDaemonPod,
  removeEndingPods,
  restricted,
} from "./drain-scene.ts";
import { type RoleWorld, startRoleWorld } from "./role-world.ts";

let world: RoleWorld;
let kubelet: AsyncDisposable;
beforeAll(async () => {
  world = await startRoleWorld(["drainnodes"]);
  await world.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "closed" } });
  kubelet = removeEndingPods(world.client);
});
afterAll(async () => {
  await kubelet?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

/** In full, so that a failure shows its reason. */
const succeeded = { failed: false, msg: expect.any(String) };

const scene = (variables?: Readonly<Record<string, unknown>>) => drainScene(world, variables);

/** A pod whose PodDisruptionBudget allows no eviction until it is released. */
async function keptByBudget({ put, runs }: Pick<Scene, "put" | "runs">) {
  const labels = { app: randomUUID() };
  const pod = await put("kept", { labels });
  await runs(pod);
  const budget = { apiVersion: "policy/v1", kind: "PodDisruptionBudget" };
  const metadata = { name: `budget-${labels.app}`, namespace: "shop" };
  const spec = { minAvailable: 1, selector: { matchLabels: labels } };
  await world.apply({ ...budget, metadata, spec });
  const type = { ...budget, plural: "poddisruptionbudgets", namespaced: true };
  return { pod, release: () => world.client.delete(type, metadata) };
}
type Scene = Awaited<ReturnType<typeof scene>>;

describe.concurrent("drainnodes", () => {
  test("cordons, evicts what may go, leaves the rest, and uncordons", async ({ expect }) => {
    const { kept, node, read, put, play, podsThere } = await scene();
    const [one, two] = [await put("web"), await put("web")];
    const agent = await putDaemonPod(world, node.name);
    const injected = await play(["inject", "injected"]);
    expect(injected).toEqual({ failed: false, msg: `1 node is drained: ${node.name}.` });
    expect((await read()).spec?.unschedulable).toBe(true);
    expect(await podsThere()).toEqual([agent.metadata.name]);
    const target = { apiVersion: "v1", kind: "Node", ...node };
    const evidence = {
      unschedulable: true,
      cordonedBefore: false,
      gone: 2,
      left: { daemonSet: 1 },
    };
    expect(kept.evidence).toMatchObject([
      { phase: "injected", outcome: "drained", target, evidence },
    ]);
    expect(new Set(kept.evidence[0]?.evidence.goneUIDs as string[])).toEqual(
      new Set([one.metadata.uid, two.metadata.uid]),
    );
    expect(kept.records).toMatchObject([{ state: "Open", targetUID: node.uid }]);
    const recovered = await play(["recover", "recovered"]);
    expect(recovered).toEqual(succeeded);
    const after = await read();
    expect(after.spec?.unschedulable).toBeUndefined();
    expect(after.metadata.annotations?.[CORDONED_BY]).toBeUndefined();
    expect(kept.records).toMatchObject([{ state: "Done" }]);
    expect(kept.evidence[1]).toMatchObject({ phase: "recovered", outcome: "uncordoned", target });
  });

  test("records how to uncordon before it cordons", async ({ expect }) => {
    const { read, inject } = await scene();
    let seen: unknown = "not asked";
    await inject({
      onMessage: async ({ type }) => {
        if (type === "undo") seen = (await read()).spec?.unschedulable;
      },
    });
    expect(seen).toBeUndefined();
    expect((await read()).spec?.unschedulable).toBe(true);
  });

  test("refuses all that stands against it at once, before it cordons", async ({ expect }) => {
    const { kept, read, put, inject, podsThere } = await scene();
    const bare = await put("bare", { of: "" });
    const scratch = await put("scratch", { spec: { volumes: [{ name: "tmp", emptyDir: {} }] } });
    const closed = await put("closed", { namespace: "closed" });
    const end = await inject();
    expect(end.failed).toBe(true);
    expect(end.msg).toContain(`Pod shop/${bare.metadata.name} on node`);
    expect(end.msg).toContain(`Pod shop/${scratch.metadata.name} on node`);
    expect(end.msg).toContain("the namespace closed is not enabled");
    expect(kept).toEqual({ records: [], evidence: [] });
    expect((await read()).spec?.unschedulable).toBeUndefined();
    expect(await podsThere()).toEqual(
      [bare, scratch, closed].map(({ metadata }) => metadata.name).sort(),
    );
  });

  test("refuses a node that did not opt in", async ({ expect }) => {
    const { node, inject } = await scene();
    const labels = { "pystol.org/enabled": null };
    await world.client.mergePatch(nodes, { name: node.name }, { metadata: { labels } });
    expect(await inject()).toMatchObject({
      failed: true,
      msg: expect.stringContaining("is not labelled pystol.org/enabled=true"),
    });
  });

  test("does as it is told with what it would refuse, but evicts nothing where nobody opted in", async ({
    expect,
  }) => {
    const { put, inject, podsThere } = await scene({
      ...{ emptyDir: "delete", podsWithoutController: "evict", namespacesNotEnabled: "leave" },
    });
    await put("bare", { of: "", spec: { volumes: [{ name: "tmp", emptyDir: {} }] } });
    const closed = await put("closed", { namespace: "closed" });
    expect(await inject()).toEqual(succeeded);
    expect(await podsThere()).toEqual([closed.metadata.name]);
  });

  test("leaves a node cordoned that was cordoned before", async ({ expect }) => {
    const { kept, read, put, cordon, play, podsThere } = await scene();
    await cordon(true);
    await put("web");
    expect(await play(["inject", "injected"])).toEqual(succeeded);
    expect(await podsThere()).toEqual([]);
    expect(kept.records).toEqual([]);
    expect(kept.evidence[0]?.evidence).toMatchObject({ cordonedBefore: true });
    expect(await play(["recover", "recovered"])).toEqual(succeeded);
    expect((await read()).spec?.unschedulable).toBe(true);
    expect(kept.evidence[1]).toMatchObject({ phase: "recovered", outcome: "cordonedByOthers" });
  });

  test("leaves Pystol's own pods, which may undo another fault, and names them", async ({
    expect,
  }) => {
    const { kept, put, inject, podsThere } = await scene();
    await put("web");
    const own = await put("runner", { of: "", namespace: "pystol-system", spec: restricted });
    const end = await inject();
    expect(end).toEqual({
      failed: false,
      msg: expect.stringContaining(
        `Pystol's own pods are left: pystol-system/${own.metadata.name}.`,
      ),
    });
    expect(await podsThere()).toEqual([own.metadata.name]);
    expect(kept.evidence[0]?.evidence).toMatchObject({ gone: 1, left: { pystol: 1 } });
  });

  test("waits for what a PodDisruptionBudget does not allow yet", async ({ expect }) => {
    const { kept, read, put, runs, inject } = await scene();
    const { release } = await keptByBudget({ put, runs });
    const running = inject();
    await eventually(async () => expect((await read()).spec?.unschedulable).toBe(true));
    await evictionRefused(world.client);
    await release();
    expect(await running).toEqual(succeeded);
    expect(kept.evidence[0]?.evidence).toMatchObject({ gone: 1 });
    expect(kept.evidence[0]?.evidence.askedToWait).toBeGreaterThan(0);
  });

  test("waits for what goes with its namespace, whose end took the right to evict before", async ({
    expect,
  }) => {
    const { kept, read, put, podsThere, inject } = await scene();
    const enabled = { "pystol.org/enabled": "true" };
    const metadata = { name: `ending-${randomUUID().slice(0, 8)}`, labels: enabled };
    await world.apply({ apiVersion: "v1", kind: "Namespace", metadata });
    await put("going", { namespace: metadata.name });
    const held = await holdPodsOf(world, metadata.name);
    await world.client.delete(namespaces, metadata);
    const running = inject();
    await eventually(async () => expect((await read()).spec?.unschedulable).toBe(true));
    await Promise.race([running, delay(2000)]);
    expect(await podsThere()).toHaveLength(1);
    await held.release();
    expect(await running).toEqual(succeeded);
    expect(kept.evidence[0]?.evidence).toMatchObject({ gone: 1 });
  });

  test("ends at once where an eviction failed, whatever it still waits for", async ({ expect }) => {
    // Longer than this test may take.
    const { put, runs, podsThere, inject } = await scene({
      evictionTimeoutSeconds: 3600,
      pystol_deadline: new Date(Date.now() + 3_600_000).toISOString(),
    });
    const metadata = {
      name: `unbound-${randomUUID().slice(0, 8)}`,
      labels: { "pystol.org/enabled": "true" },
    };
    await world.apply({ apiVersion: "v1", kind: "Namespace", metadata });
    const unbound = await put("unbound", { namespace: metadata.name });
    const { pod } = await keptByBudget({ put, runs });
    expect(await inject()).toMatchObject({
      failed: true,
      msg: expect.stringContaining(`pods "${unbound.metadata.name}" is forbidden`),
    });
    expect(await podsThere()).toEqual([pod.metadata.name, unbound.metadata.name].sort());
  });

  test("fails where pods do not go in time, names them, and still uncordons", async ({
    expect,
  }) => {
    const { kept, read, put, inject, recover } = await scene({ evictionTimeoutSeconds: 2 });
    const slow = await put("slow", { labels: { stays: "1" } });
    const end = await inject();
    expect(end).toMatchObject({
      failed: true,
      msg: expect.stringContaining(`${slow.metadata.name} was evicted, but is still ending`),
    });
    expect(kept.evidence).toMatchObject([{ phase: "observed", outcome: "notDrained" }]);
    expect(await recover()).toEqual(succeeded);
    expect((await read()).spec?.unschedulable).toBeUndefined();
  });

  test("leaves a cordon alone that has not its mark", async ({ expect }) => {
    const { kept, node, read, inject, recover } = await scene();
    await inject();
    const annotations = { [CORDONED_BY]: "somebody else" };
    await world.client.mergePatch(nodes, { name: node.name }, { metadata: { annotations } });
    expect(await recover()).toEqual(succeeded);
    expect((await read()).spec?.unschedulable).toBe(true);
    expect(kept.records).toMatchObject([{ state: "Conflict" }]);
  });

  test("has nothing to undo on a node that is gone, or was made again", async ({ expect }) => {
    const { kept, node, read, inject, recover, cordon } = await scene();
    await inject();
    await world.client.delete(nodes, { name: node.name });
    await world.apply({ apiVersion: "v1", kind: "Node", metadata: { name: node.name } });
    await cordon(true);
    expect(await recover()).toEqual(succeeded);
    expect(kept.records).toMatchObject([
      { state: "Done", message: expect.stringContaining("is gone") },
    ]);
    expect((await read()).spec?.unschedulable).toBe(true);
  });

  test("undoes its cordon also where somebody uncordoned first", async ({ expect }) => {
    const { kept, read, inject, recover, cordon } = await scene();
    await inject();
    await cordon(null);
    expect(await recover()).toEqual(succeeded);
    expect(kept.records).toMatchObject([{ state: "Done" }]);
    expect((await read()).metadata.annotations?.[CORDONED_BY]).toBeUndefined();
  });

  test("in check mode says what it would do, with an account that only reads", async ({
    expect,
  }) => {
    const { kept, node, read, put, inject } = await scene();
    await put("web");
    const end = await inject({ checkMode: true, account: "pystol-dryrun-drainnodes" });
    expect(end).toEqual({ failed: false, msg: `Would drain ${node.name} (1 pod to evict).` });
    await put("bare", { of: "" });
    const refused = await inject({ checkMode: true, account: "pystol-dryrun-drainnodes" });
    expect(refused).toMatchObject({ failed: true, msg: expect.stringContaining("no controller") });
    expect(kept.records).toEqual([]);
    expect((await read()).spec?.unschedulable).toBeUndefined();
  });
});

test("the account for dry runs cannot cordon", async () => {
  const { read, inject } = await scene();
  const end = await inject({ account: "pystol-dryrun-drainnodes" });
  expect(end).toMatchObject({
    failed: true,
    msg: expect.stringContaining("cannot patch resource"),
  });
  expect((await read()).spec?.unschedulable).toBeUndefined();
});
