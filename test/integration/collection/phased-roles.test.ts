import { afterAll, beforeAll, describe, test } from "vitest";
import {
  bindingsOf,
  clusterBindingsOf,
  objectsOfRole,
} from "../../../client/deploy/role-objects.ts";
import { nodes } from "../../../collection/modules/drainnodes/nodes.ts";
import type { PystolRole, Resource } from "../../../kubernetes/resources.ts";
import { eventually, objectsOf, typeOf } from "../../support/pystol-control-plane.ts";
import { type RunnerWorld, type RunWish, startRunnerWorld } from "../../support/runner-world.ts";
import { removeEndingPods } from "./drain-scene.ts";
import { deployments, image, newImage } from "./patch-scene.ts";

let world: RunnerWorld;
let kubelet: AsyncDisposable;
const roles = new Map<string, PystolRole>();
beforeAll(async () => {
  world = await startRunnerWorld({});
  kubelet = removeEndingPods(world.client);
  for (const name of ["patch", "drainnodes"]) {
    const [role] = (await objectsOf(`collection/pystolroles/${name}.yaml`)) as PystolRole[];
    if (role) roles.set(name, role);
  }
  // The account of the tested role gets the rights of both.
  const all = [...roles.values()].map(({ spec }) => spec);
  const spec = {
    rules: all.flatMap(({ rules = [] }) => rules),
    clusterRules: all.flatMap(({ clusterRules = [] }) => clusterRules),
  };
  const tested = { metadata: { name: "tested" }, spec } as unknown as PystolRole;
  const [binding] = bindingsOf("tested", "shop");
  const renamed = { ...binding, metadata: { ...binding?.metadata, name: "phased" } };
  const objects = [...objectsOfRole(tested), renamed, ...clusterBindingsOf("tested")];
  for (const object of objects) await apply(object);
});
afterAll(async () => {
  await kubelet?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

async function apply(object: object): Promise<Resource> {
  const resource = object as Resource;
  return world.client.apply(typeOf(resource), resource, { fieldManager: "test" });
}

/** What the operator copies of a PystolRole into a run. */
function start(name: string, wish: RunWish) {
  const { rules: _, clusterRules: __, description: ___, ...role } = roles.get(name)?.spec ?? {};
  return world.start({ timeoutSeconds: 240, ...wish, role: role as NonNullable<RunWish["role"]> });
}

async function makeDeployment(name: string): Promise<void> {
  const containers = [
    { name: "web", image: "example.org/web:1" },
    { name: "log", image: "example.org/log:1" },
  ];
  await apply({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "shop" },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers } },
    },
  });
}

async function makeNode(name: string): Promise<void> {
  const labels = { "pystol.org/enabled": "true" };
  await apply({ apiVersion: "v1", kind: "Node", metadata: { name, labels } });
}

const webImage = async (name: string) =>
  image(await world.client.get(deployments, { namespace: "shop", name }), "web");
const isCordoned = async (name: string) =>
  (await world.client.get(nodes, { name })).spec?.unschedulable ?? false;
const states = async (run: string) =>
  (await world.run(run)).status?.records?.map(({ state }) => state);

describe.concurrent("in a run, with the real runner,", () => {
  test("a patch holds for its duration, is undone, and verified", async ({ expect }) => {
    await makeDeployment("held");
    const runner = await start("patch", {
      target: { names: ["held"] },
      extraVars: newImage,
      durationSeconds: 2,
    });
    await runner.event("holding");
    expect(await webImage("held")).toBe("example.org/web:2");
    const { report } = await runner.ended;
    expect(report).toMatchObject({
      ...{
        verdict: "Passed",
        verified: true,
        message: expect.stringContaining(
          "1 object is patched: held; changed spec.template.spec.containers[web].image.",
        ),
      },
      targets: [{ name: "held", outcome: "restored" }],
    });
    expect(await webImage("held")).toBe("example.org/web:1");
    expect(await states(runner.name)).toEqual(["Done"]);
  });

  test("a patch whose runner is killed is undone by a recovery", async ({ expect }) => {
    await makeDeployment("killed");
    const runner = await start("patch", { target: { names: ["killed"] }, extraVars: newImage });
    await runner.event("holding");
    runner.signal("SIGKILL");
    await runner.ended;
    expect(await webImage("killed")).toBe("example.org/web:2");
    expect(await states(runner.name)).toEqual(["Open"]);
    const recovery = await runner.startRecovery(1);
    expect(await recovery.ended).toMatchObject({ code: 0 });
    expect(await webImage("killed")).toBe("example.org/web:1");
    expect(await states(runner.name)).toEqual(["Done"]);
  });

  test("a drained node is uncordoned when it is stopped, and verified", async ({ expect }) => {
    await makeNode("drained");
    const runner = await start("drainnodes", {
      target: { names: ["drained"] },
      durationSeconds: 2,
    });
    await runner.event("holding");
    expect(await isCordoned("drained")).toBe(true);
    const { report } = await runner.ended;
    expect(report).toMatchObject({
      ...{
        verdict: "Passed",
        verified: true,
        message: expect.stringContaining("1 node is drained: drained."),
      },
      targets: [{ kind: "Node", name: "drained", outcome: "uncordoned" }],
    });
    expect(await isCordoned("drained")).toBe(false);
  });

  test("a node whose drain was killed half-way is uncordoned by a recovery", async ({ expect }) => {
    await makeNode("halfway");
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "slow", namespace: "shop", labels: { stays: "1" } },
      spec: { nodeName: "halfway", containers: [{ name: "a", image: "example.org/a:1" }] },
    };
    await apply(pod);
    const runner = await start("drainnodes", {
      target: { names: ["halfway"] },
      extraVars: { podsWithoutController: "evict" },
    });
    await eventually(async () => expect(await isCordoned("halfway")).toBe(true));
    runner.signal("SIGKILL");
    await runner.ended;
    const recovery = await runner.startRecovery(1);
    expect(await recovery.ended).toMatchObject({ code: 0 });
    expect(await isCordoned("halfway")).toBe(false);
    expect(await states(runner.name)).toEqual(["Done"]);
  });
});
