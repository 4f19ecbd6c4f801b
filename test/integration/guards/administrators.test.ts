import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { namespaces, pathOf, pystolRuns, type Resource } from "../../../kubernetes/resources.ts";
import { jobs, pods } from "../../../operator/workloads.ts";
import { pod, refusalOf } from "../../support/attempts.ts";
import { typeOf } from "../../support/pystol-control-plane.ts";
import {
  type GuardsWorld,
  helperPod,
  NODES,
  nodes,
  RUNNER,
  runNamed,
  startGuardsWorld,
} from "./guards-world.ts";

let world: GuardsWorld;
beforeAll(async () => {
  world = await startGuardsWorld();
}, 300_000);
afterAll(() => world?.[Symbol.asyncDispose]());

describe("an administrator", () => {
  test.each(["pystol-runs", "shop"])("makes no run, in %s", async (namespace) => {
    expect(
      await refusalOf(world.admin.create(pystolRuns, runNamed("pa-x", "1", namespace))),
    ).toMatch(`admin may not create pystolruns in ${namespace}`);
  });

  test.each(["pystol-runs", NODES])(
    "makes no pod, and nothing that makes pods, in %s",
    async (namespace) => {
      const { spec } = pod("x", "x") as unknown as { spec: object };
      const template = { metadata: { labels: { a: "b" } }, spec };
      const selector = { matchLabels: { a: "b" } };
      const never = { ...template, spec: { ...spec, restartPolicy: "Never" } };
      const objects = [
        ["v1", "Pod", spec],
        ["v1", "ReplicationController", { selector: { a: "b" }, template }],
        ["batch/v1", "Job", { template: never }],
        [
          "batch/v1",
          "CronJob",
          { schedule: "* * * * *", jobTemplate: { spec: { template: never } } },
        ],
        ["apps/v1", "Deployment", { selector, template }],
        ["apps/v1", "ReplicaSet", { selector, template }],
        ["apps/v1", "StatefulSet", { serviceName: "s", selector, template }],
        ["apps/v1", "DaemonSet", { selector, template }],
      ] as const;
      for (const [apiVersion, kind, spec] of objects) {
        const metadata = { name: "mine", namespace };
        // A pod of pystol-nodes that is no helper is refused by a second policy too, and which one is told is chance.
        const isHelper = kind === "Pod" && namespace === NODES;
        const object = isHelper
          ? helperPod("pa-x-n00000000", "n1")
          : ({ apiVersion, kind, metadata, spec } as Resource);
        const { plural } = typeOf(object);
        expect(await refusalOf(world.admin.create(typeOf(object), object))).toMatch(
          `admin may not create ${plural} in ${namespace}`,
        );
      }
    },
  );

  test.each(["pystol-runs", NODES])(
    "gets into no pod of %s, and puts no program into it",
    async (namespace) => {
      const { metadata } =
        namespace === NODES
          ? await world.operator.create(pods, helperPod("pa-x-n00000000", "n1"))
          : await world.makeJobPod("pa-entered");
      const { name } = metadata;
      for (const subresource of ["exec", "attach", "portforward", "proxy"]) {
        const path = pathOf(pods, { namespace, name, subresource });
        const query = { command: "id", stdout: true };
        expect(await refusalOf(world.admin.request({ method: "POST", path, query }))).toMatch(
          `nobody may ${subresource} in a pod of ${namespace}`,
        );
      }
      const image = { spec: { containers: [{ name: "a", image: "mine" }] } };
      const images = [{ op: "replace", path: "/spec/containers/0/image", value: "mine" }] as const;
      expect(await refusalOf(world.admin.jsonPatch(pods, { namespace, name }, images))).toMatch(
        `nobody may change what a pod of ${namespace} runs`,
      );
      const debug = {
        spec: { ephemeralContainers: [{ ...image.spec.containers[0], name: "in" }] },
      };
      const place = { namespace, name, subresource: "ephemeralcontainers" };
      expect(await refusalOf(world.admin.mergePatch(pods, place, debug))).toMatch(
        /nobody may ephemeralcontainers|forbidden/,
      );
      const finalizers = { metadata: { finalizers: [] } };
      await world.admin.mergePatch(pods, { namespace, name }, finalizers);
    },
  );

  test.each(["pystol-runs", NODES])("makes no token of an account of %s", async (namespace) => {
    const name = namespace === NODES ? "pystol-node-helper" : RUNNER;
    expect(await refusalOf(world.admin.request(tokenOf(namespace, name)))).toMatch(
      `admin may not make a token of an account of ${namespace}`,
    );
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: {
        name: "stolen",
        namespace,
        annotations: { "kubernetes.io/service-account.name": name },
      },
      type: "kubernetes.io/service-account-token",
    };
    expect(await refusalOf(world.admin.create(typeOf(secret), secret))).toMatch(/would outlive/);
  });
});

const tokenOf = (namespace: string, name: string, boundPod?: { name: string; uid: string }) => ({
  method: "POST" as const,
  path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
  body: {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: boundPod
      ? { boundObjectRef: { apiVersion: "v1", kind: "Pod", ...boundPod } }
      : { audiences: [] },
  },
});

describe("a kubelet", () => {
  const kubelet = (node: string) => ({ user: `system:node:${node}`, groups: ["system:nodes"] });

  test("makes the token of a pod on its node, and of no other", async () => {
    const running = await world.makeJobPod("pa-kubelet");
    const { name, uid = "" } = running.metadata;
    await world.admin.request({
      method: "POST",
      path: pathOf(pods, { namespace: "pystol-runs", name, subresource: "binding" }),
      body: {
        apiVersion: "v1",
        kind: "Binding",
        metadata: { name },
        target: { apiVersion: "v1", kind: "Node", name: "n1" },
      },
    });
    const ask = tokenOf("pystol-runs", RUNNER, { name, uid });
    const made = (await world.as(kubelet("n1"), ask)) as { status: { token: string } };
    expect(made.status.token).toMatch(/^ey/);
    expect(await refusalOf(world.as(kubelet("n2"), ask))).toMatch(/forbidden/);
  });
});

describe("the opt-in label of a namespace", () => {
  const patch = (name: string, value: string | null, subresource?: string) =>
    world.admin.mergePatch(
      namespaces,
      { name, ...(subresource ? { subresource } : {}) },
      {
        metadata: { labels: { "pystol.org/enabled": value } },
      },
    );

  test.each([
    "kube-system",
    "kube-public",
    "kube-node-lease",
    "pystol-system",
    "pystol-runs",
    NODES,
  ])("is never set on %s", async (name) => {
    for (const subresource of [undefined, "status"]) {
      expect(await refusalOf(patch(name, "true", subresource))).toMatch(/can never be enabled/);
    }
  });

  test("is true or false, and can be taken away", async () => {
    expect(await refusalOf(patch("closed", "yes"))).toMatch(/must be true or false/);
    await patch("closed", "true");
    await patch("closed", "false");
    await patch("closed", null);
  });
});

describe("the opt-in label of a node", () => {
  const node = (name: string, labels: Record<string, string>): Resource => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels },
  });
  const control = { "node-role.kubernetes.io/control-plane": "" };

  test("is true or false, also where a kubelet sets it with its node's status", async () => {
    await world.admin.create(nodes, node("worker", {}));
    const patch = { metadata: { labels: { "pystol.org/enabled": "yes" } } };
    for (const place of [{ name: "worker" }, { name: "worker", subresource: "status" }]) {
      expect(await refusalOf(world.admin.mergePatch(nodes, place, patch))).toMatch(
        /must be true or false/,
      );
    }
    const yes = { metadata: { labels: { "pystol.org/enabled": "true" } } };
    await world.admin.mergePatch(nodes, { name: "worker" }, yes);
  });

  test("is never true on a node of the control plane, whichever label comes first", async () => {
    const enabled = { "pystol.org/enabled": "true" };
    expect(
      await refusalOf(world.admin.create(nodes, node("cp", { ...control, ...enabled }))),
    ).toMatch(/belongs to the control plane/);
    await world.admin.create(nodes, node("cp", enabled));
    const patch = { metadata: { labels: control } };
    expect(await refusalOf(world.admin.mergePatch(nodes, { name: "cp" }, patch))).toMatch(
      /belongs to the control plane/,
    );
    const both = { metadata: { labels: { ...control, "pystol.org/enabled": "false" } } };
    await world.admin.mergePatch(nodes, { name: "cp" }, both);
  });
});

test("elsewhere Jobs are nobody's business", async () => {
  const { spec } = pod("x", "x") as unknown as { spec: object };
  const template = { spec: { ...spec, restartPolicy: "Never" } };
  const metadata = { name: "free", namespace: "shop" };
  const job = { apiVersion: "batch/v1", kind: "Job", metadata, spec: { template } };
  await world.admin.create(jobs, job as never);
});
