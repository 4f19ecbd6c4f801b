import { beforeAll, describe, expect, inject, test } from "vitest";
import { hasReason } from "../../kubernetes/errors.ts";
import { pystolActions, pystolRuns, RUNS_NAMESPACE } from "../../kubernetes/resources.ts";
import { eventually } from "../support/pystol-control-plane.ts";
import { type PartitionWorld, partitionWorld } from "./networkpartition-world.ts";

const started = inject("started");
const why = started.skipReason ? ` (skipped: ${started.skipReason})` : "";

describe.skipIf(started.skipReason !== "")(`a network partition on a real cluster${why}`, () => {
  let world: PartitionWorld;
  beforeAll(async () => {
    world = await partitionWorld(started.kubeconfig);
    return () => world[Symbol.asyncDispose]();
  }, 300_000);

  const cut = (server: string, extraVars = {}) => ({
    role: "networkpartition",
    target: { names: [server] },
    extraVars: { direction: "ingress", peers: { matchLabels: { app: "client" } }, ...extraVars },
  });

  test("is seen by a client in another pod to stop packets, and to let them flow again", async () => {
    const { ask, submit, phase, finished } = world;
    await eventually(async () => expect(await ask("server")).toBe("answered"), 60_000);
    const action = await submit("cut", { ...cut("server"), duration: "15s" });
    await phase(action, "Injected");
    expect(await ask("server")).toBe("lost");
    expect(await ask("bystander")).toBe("answered");
    const status = await finished(action);
    expect(status).toMatchObject({ verdict: "Passed", verified: true });
    expect(await ask("server")).toBe("answered");
    expect(await world.helperPods(action)).toEqual([]);
  });

  test("takes one port and leaves the other", async () => {
    const { ask, submit, phase, finished } = world;
    const spec = cut("server", { protocol: "tcp", ports: [8080] });
    const action = await submit("cut-port", { ...spec, duration: "10s" });
    await phase(action, "Injected");
    expect(await ask("server", { port: 8080 })).toBe("lost");
    expect(await ask("server", { port: 8081 })).toBe("answered");
    expect(await finished(action)).toMatchObject({ verdict: "Passed", verified: true });
    expect(await ask("server", { port: 8080 })).toBe("answered");
  });

  test("without peers is one from everybody, on other nodes, too", async () => {
    const { ask, submit, phase, finished } = world;
    const from = { client: "far-client" };
    await eventually(async () => expect(await ask("server", from)).toBe("answered"), 60_000);
    const action = await submit("cut-off", {
      ...{ role: "networkpartition", target: { names: ["server"] }, duration: "10s" },
      extraVars: { direction: "both" },
    });
    await phase(action, "Injected");
    expect(await ask("server", from)).toBe("lost");
    expect(await finished(action)).toMatchObject({ verdict: "Passed", verified: true });
    expect(await ask("server", from)).toBe("answered");
  });

  test("ends when its action is deleted, and the deletion waits for that", async () => {
    const { ask, submit, phase, client } = world;
    const action = await submit("cut-deleted", { ...cut("server"), duration: "120s" });
    await phase(action, "Injected");
    expect(await ask("server")).toBe("lost");
    await client.delete(pystolActions, action.metadata);
    await eventually(async () => {
      const gone = await client.get(pystolActions, action.metadata).then(
        () => false,
        (error) => hasReason(error, "NotFound"),
      );
      expect(gone).toBe(true);
    }, 120_000);
    expect(await ask("server")).toBe("answered");
  });

  test("does not outlive a helper that is deleted by hand", async () => {
    const { ask, submit, phase, finished, client, helperPods } = world;
    const action = await submit("cut-helper", { ...cut("server"), duration: "20s" });
    await phase(action, "Injected");
    const [helper] = await helperPods(action);
    await client.request({
      method: "DELETE",
      path: `/api/v1/namespaces/pystol-nodes/pods/${helper?.metadata.name}`,
    });
    await eventually(async () => expect(await ask("server")).toBe("answered"), 60_000);
    const status = await finished(action);
    expect(status.conditions).toContainEqual(
      expect.objectContaining({ type: "Recovered", status: "True" }),
    );
  });

  test("refuses a pod that uses its node's network", async () => {
    const action = await world.submit("cut-node", { ...cut("on-node"), duration: "5s" });
    const { verdict, message } = await world.finished(action);
    expect(verdict).toBe("Error");
    expect(message).toContain("hostNetwork");
    const name = `pa-${action.metadata.uid}`;
    const { status } = await world.client.get(pystolRuns, { namespace: RUNS_NAMESPACE, name });
    expect(status?.records?.map(({ state }) => state)).toEqual(["Done"]);
  });
});
