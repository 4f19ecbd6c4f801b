import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PystolRunStatus } from "../../../crds/types/pystolruns.ts";
import type { Client } from "../../../kubernetes/client.ts";
import { type PystolRun, pystolRuns, RUNS_NAMESPACE } from "../../../kubernetes/resources.ts";
import type { Order } from "../../../node-helper/decision.ts";
import { type Pod, pods } from "../../../node-helper/target-pod.ts";
import { helperNameOf, helperSteps } from "../../../operator/helper-pods.ts";
import {
  eventually,
  objectsOf,
  type PystolControlPlane,
  startPystolControlPlane,
  typeOf,
} from "../../support/pystol-control-plane.ts";
import { type HelperProcess, startHelper } from "./helper-process.ts";
import { type NetworkWorld, startNetworkWorld, whyNoNetwork } from "./network-world.ts";

const reason = await whyNoNetwork();
if (reason) console.warn(`The tests of the node helper are skipped: this machine ${reason}.`);

const NODE = "worker";
const EVERYBODY = { direction: "both", protocol: "any", peers: ["0.0.0.0/0", "::/0"] };

describe.skipIf(reason !== undefined)("the helper on a node", () => {
  let plane: PystolControlPlane;
  let operator: Client;
  let world: NetworkWorld;
  let name: string;
  let podName: string;
  let uid: string;
  let count = 0;
  const helpers: HelperProcess[] = [];

  beforeAll(async () => {
    plane = await startPystolControlPlane();
    for (const file of ["namespace", "rbac"]) {
      for (const object of await objectsOf(`operator/manifests/node-faults/${file}.yaml`))
        await plane.client.apply(typeOf(object), object, { fieldManager: "test" });
    }
    // Pods on a node that does not exist are deleted.
    const node = { apiVersion: "v1", kind: "Node", metadata: { name: NODE } };
    await plane.client.apply({ ...typeOf(node), namespaced: false }, node, {
      fieldManager: "test",
    });
    operator = await plane.clientOf({ namespace: "pystol-system", name: "pystol-operator" });
    const shop = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };
    await plane.client.apply(typeOf(shop), shop, { fieldManager: "test" });
  }, 300_000);
  afterAll(() => plane?.[Symbol.asyncDispose]());

  beforeEach(async () => {
    count += 1;
    name = `pa-run-${count}`;
    const pod = await plane.client.create(pods, podOf("shop", `web-${count}`));
    uid = pod.metadata.uid ?? "";
    world = await startNetworkWorld(uid);
    podName = helperNameOf(await operator.create(pystolRuns, runOf()), NODE);
    await store({
      targets: [
        { apiVersion: "v1", kind: "Pod", namespace: "shop", name: `web-${count}`, uid, node: NODE },
      ],
    });
  });
  afterEach(async () => {
    for (const helper of helpers.splice(0)) await helper[Symbol.asyncDispose]();
    await world?.[Symbol.asyncDispose]();
  });

  const run = () => plane.client.get(pystolRuns, { namespace: RUNS_NAMESPACE, name });
  const store = (status: PystolRunStatus) =>
    operator.mergePatch(
      pystolRuns,
      { namespace: RUNS_NAMESPACE, name, subresource: "status" },
      { status },
    );
  const order = (want: Order["want"], some: Partial<Order> = {}) =>
    store({
      nodeOrders: [
        {
          ...{ id: `NetworkPartition/${uid}`, node: NODE, fault: "NetworkPartition", want },
          target: { namespace: "shop", name: `web-${count}`, uid },
          ...{ holdSeconds: 60, args: EVERYBODY, ...some },
        },
      ],
    });
  const answered = (state: string) =>
    eventually(async () => {
      const [answer] = (await run()).status?.nodeAnswers ?? [];
      expect(answer?.state, helpers.map((helper) => helper.told()).join("")).toBe(state);
      return answer;
    });
  const reached = (isReached: boolean) =>
    eventually(async () => expect(await world.reaches({ protocol: "tcp" })).toBe(isReached));

  async function start(): Promise<HelperProcess> {
    const account = { namespace: "pystol-nodes", name: "pystol-node-helper" };
    const known = await plane.client
      .get(pods, { namespace: account.namespace, name: podName })
      .catch(async () => operator.create(pods, helperPodOf(await run())));
    const pod = { name: podName, uid: known.metadata.uid ?? "" };
    const token = await plane.tokenOf({ ...account, pod });
    const helper = await startHelper(plane, {
      run: name,
      podName,
      node: NODE,
      proc: world.proc,
      token,
    });
    helpers.push(helper);
    return helper;
  }

  /** As the operator makes it. */
  function helperPodOf(made: PystolRun): Pod {
    const image = { image: "example/runner:1", deadlineSeconds: 300 };
    const [step] = helperSteps(made, [], [NODE], image);
    if (step?.kind !== "createHelper") throw new Error("The operator would make no helper pod.");
    return step.pod as Pod;
  }

  function podOf(namespace: string, podNamed: string) {
    const containers = [{ name: "main", image: "example/none:1" }];
    const spec = { nodeName: NODE, containers, automountServiceAccountToken: false };
    return { apiVersion: "v1", kind: "Pod", metadata: { name: podNamed, namespace }, spec };
  }

  function runOf(): PystolRun {
    const role = {
      name: "networkpartition",
      collection: "pystol.actions",
      role: "networkpartition",
    };
    return {
      apiVersion: pystolRuns.apiVersion,
      kind: pystolRuns.kind,
      metadata: { name, namespace: RUNS_NAMESPACE },
      spec: {
        action: { namespace: "shop", name: "cut", uid: `run-${count}` },
        role: { ...role, image: "example/none:1", phased: true, undoable: true, nodeAccess: true },
        timeoutSeconds: 300,
      },
    };
  }

  test("applies an order, says so, and removes it again", async () => {
    await start();
    await reached(true);
    await order("Applied", { args: { ...EVERYBODY, watchSeconds: 1 } });
    const applied = await answered("Applied");
    expect(applied).toMatchObject({ podName, evidence: { expiresAt: expect.any(String) } });
    await reached(false);
    await order("Removed");
    expect((await answered("Removed"))?.evidence?.packetsDropped).toBeGreaterThan(0);
    await reached(true);
  });

  test("refuses an order that its run may not give, with the reason in the answer", async () => {
    await order("Applied", { target: { namespace: "bank", name: "db", uid } });
    await start();
    expect((await answered("Failed"))?.message).toContain("expected that of the action, shop");
    await reached(true);
  });

  test("removes what it applied when it is asked to end, and the next one does not apply it again", async () => {
    const helper = await start();
    await order("Applied");
    await answered("Applied");
    await reached(false);
    expect(await helper.end("SIGTERM")).toBe(0);
    await reached(true);
    expect((await answered("Removed"))?.message).toContain("asked to end");
    const next = await start();
    await eventually(() => expect(next.told()).toContain("helper started"));
    await order("Removed");
    await answered("Removed");
    expect(await world.nft("list", "ruleset")).toBe("");
  });

  test("that takes a lost one's place removes what that one applied", async () => {
    const helper = await start();
    await order("Applied");
    await answered("Applied");
    await helper.end("SIGKILL");
    await reached(false);
    await order("Removed");
    await start();
    expect((await answered("Removed"))?.evidence?.packetsDropped).toBeGreaterThan(0);
    await reached(true);
  });

  test("may be lost for good: the kernel ends what it applied", async () => {
    const helper = await start();
    await order("Applied", { holdSeconds: 3 });
    await answered("Applied");
    await reached(false);
    await helper.end("SIGKILL");
    await reached(true);
  });

  test("ends when the run is gone, and leaves nothing behind", async () => {
    const helper = await start();
    await order("Applied");
    await answered("Applied");
    await operator.delete(pystolRuns, { namespace: RUNS_NAMESPACE, name });
    expect(await helper.ended).toBe(0);
    expect(await world.nft("list", "ruleset")).toBe("");
  });

  test("leaves the answers of other nodes as they are", async () => {
    const other = { id: "NetworkPartition/other", state: "Applied" as const, podName: "else" };
    const time = new Date().toISOString();
    await start();
    await operator.apply(
      pystolRuns,
      {
        ...{ apiVersion: pystolRuns.apiVersion, kind: pystolRuns.kind },
        metadata: { name, namespace: RUNS_NAMESPACE },
        status: { nodeAnswers: [{ ...other, time }] },
      } as unknown as PystolRun,
      { fieldManager: "another-helper", subresource: "status" },
    );
    await order("Applied");
    await eventually(async () => {
      const answers = (await run()).status?.nodeAnswers ?? [];
      expect(answers.map(({ id }) => id).sort()).toEqual(
        [`NetworkPartition/${uid}`, "NetworkPartition/other"].sort(),
      );
    });
  });
});
