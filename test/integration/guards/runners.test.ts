import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Client } from "../../../kubernetes/client.ts";
import {
  namespaces,
  pathOf,
  type Resource,
  RUNS_NAMESPACE,
} from "../../../kubernetes/resources.ts";
import { pods } from "../../../operator/workloads.ts";
import { pod, refusalOf } from "../../support/attempts.ts";
import { typeOf } from "../../support/pystol-control-plane.ts";
import { type GuardsWorld, helperPod, nodes, RUNNER, startGuardsWorld } from "./guards-world.ts";

let world: GuardsWorld;
let runner: Client;
let dryRun: Client;
let helper: Client;
beforeAll(async () => {
  world = await startGuardsWorld();
  runner = await world.inPod(await world.makeJobPod("pa-runner"));
  dryRun = await world.inPod(await world.makeJobPod("pa-dry", "pystol-dryrun-killpods"));
  helper = await world.inPod(await world.operator.create(pods, helperPod("pa-x-n00000000", "n1")));
}, 300_000);
afterAll(() => world?.[Symbol.asyncDispose]());

/** Everything that changes something in `namespace`; all of it is allowed to these accounts by RBAC. */
const writes = (
  client: Client,
  namespace: string,
  name: string,
): [string, () => Promise<unknown>][] => {
  const place = { namespace, name };
  const post = (subresource: string, body: unknown) =>
    client.request({
      method: "POST",
      path: pathOf(pods, { ...place, subresource }),
      ...(body ? { body } : { query: { command: "id" } }),
    });
  const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", namespace } };
  const binding = { target: { apiVersion: "v1", kind: "Node", name: "n1" } };
  return [
    ["create", () => client.create(typeOf(configMap), configMap)],
    ["apply", () => client.apply(typeOf(configMap), configMap, { fieldManager: "x" })],
    ["patch", () => client.mergePatch(pods, place, { metadata: { labels: { a: "b" } } })],
    ["status", () => client.mergePatch(pods, { ...place, subresource: "status" }, { status: {} })],
    [
      "evict",
      () =>
        post("eviction", {
          apiVersion: "policy/v1",
          kind: "Eviction",
          metadata: place,
          deleteOptions: { dryRun: ["All"] },
        }),
    ],
    [
      "bind",
      () => post("binding", { apiVersion: "v1", kind: "Binding", metadata: place, ...binding }),
    ],
    ["exec", () => post("exec", undefined)],
    ["delete", () => client.delete(pods, place, { dryRun: ["All"] })],
    [
      "delete all",
      () =>
        client.request({
          method: "DELETE",
          path: pathOf(pods, { namespace }),
          query: { dryRun: "All" },
        }),
    ],
  ];
};

describe("a runner's account, in namespaces", () => {
  test.each(["closed", "kube-system", "pystol-system", "pystol-runs", "pystol-nodes"])(
    "that did not opt in, such as %s, changes nothing in any way",
    async (namespace) => {
      const { name } = await victimIn(namespace);
      for (const [what, write] of writes(runner, namespace, name)) {
        expect(`${what}: ${await refusalOf(write())}`).toMatch(
          /may not write in namespace|nobody may|may not create/,
        );
      }
    },
  );

  test("that opted in changes what its rights allow", async () => {
    const { name } = await victimIn("shop");
    await runner.mergePatch(
      pods,
      { namespace: "shop", name },
      { metadata: { labels: { a: "b" } } },
    );
    await runner.delete(pods, { namespace: "shop", name });
  });

  test("that opted out changes nothing any more", async () => {
    const { name } = await victimIn("shop", "second");
    const label = (value: string) =>
      world.admin.mergePatch(
        namespaces,
        { name: "shop" },
        {
          metadata: { labels: { "pystol.org/enabled": value } },
        },
      );
    await label("false");
    await expect
      .poll(() => refusalOf(runner.delete(pods, { namespace: "shop", name }, { dryRun: ["All"] })))
      .toMatch(/may not write in namespace shop/);
    await label("true");
    await expect
      .poll(() => refusalOf(runner.delete(pods, { namespace: "shop", name }, { dryRun: ["All"] })))
      .toBe("it was allowed");
  });
});

describe("an account that only looks", () => {
  test.each(["shop", "closed", "pystol-runs"])(
    "changes nothing in %s, opted in or not",
    async (namespace) => {
      const { name } = await victimIn(namespace, "looked-at");
      for (const client of [dryRun, helper]) {
        for (const [what, write] of writes(client, namespace, name)) {
          expect(`${what}: ${await refusalOf(write())}`).toMatch(
            /may not write in namespace .*, nor in any other|nobody may|may not create/,
          );
        }
      }
    },
  );
});

async function victimIn(namespace: string, name = "victim"): Promise<{ name: string }> {
  if (namespace === "pystol-runs") return (await world.makeJobPod(`pa-${name}`)).metadata;
  const made =
    namespace === "pystol-nodes"
      ? world.operator.create(pods, helperPod(`pa-${name}-n00000000`, "n1"))
      : world.admin.create(pods, pod(name, namespace) as never);
  return (await made).metadata;
}

describe("of what belongs to no namespace, a runner's account", () => {
  test("makes, changes and deletes nothing", async () => {
    const rules = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];
    const objects = [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "new" } },
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "new" },
        rules,
      },
      { apiVersion: "v1", kind: "Node", metadata: { name: "new" } },
    ] as Resource[];
    for (const client of [runner, dryRun, helper]) {
      for (const object of objects) {
        expect(await refusalOf(client.create(typeOf(object), object))).toMatch(
          `may not create ${typeOf(object).plural}: of what belongs to no namespace`,
        );
      }
      const label = { metadata: { labels: { "pystol.org/enabled": "true" } } };
      for (const place of [{ name: "closed" }, { name: "closed", subresource: "status" }]) {
        expect(await refusalOf(client.mergePatch(namespaces, place, label))).toMatch(
          /may not update namespaces(\/status)?: of what belongs/,
        );
      }
      const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/pystolruns.pystol.org";
      expect(await refusalOf(client.request({ method: "DELETE", path }))).toMatch(
        /may not delete customresourcedefinitions/,
      );
      expect(await refusalOf(client.delete(namespaces, { name: "closed" }))).toMatch(
        /may not delete namespaces/,
      );
    }
  });

  test("asks what it may do", async () => {
    const spec = { resourceAttributes: { verb: "get", resource: "pods" } };
    await runner.request({
      method: "POST",
      path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      body: { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec },
    });
  });
});

describe("of nodes, a runner's account", () => {
  const node = async (name: string, labels: Record<string, string>) => {
    await world.admin.create(nodes, { apiVersion: "v1", kind: "Node", metadata: { name, labels } });
    return (patch: unknown, client = runner, subresource?: string) =>
      client.mergePatch(nodes, { name, ...(subresource ? { subresource } : {}) }, patch);
  };
  const note = (value: string | null) => ({
    annotations: { "pystol.org/cordoned-by": value },
  });
  const cordon = { metadata: note("pa-1"), spec: { unschedulable: true } };
  const uncordon = { metadata: note(null), spec: { unschedulable: null } };

  test("cordons and uncordons one that opted in", async () => {
    const patch = await node("worker", { "pystol.org/enabled": "true" });
    await patch(cordon);
    await patch(uncordon);
  });

  test("changes nothing else of it", async () => {
    const patch = await node("kept", { "pystol.org/enabled": "true", team: "a" });
    const only = /may change spec\.unschedulable and the annotation pystol\.org\/cordoned-by alone/;
    const patches = [
      { metadata: { labels: { "pystol.org/enabled": null } } },
      { metadata: { labels: { team: "b" } } },
      { metadata: { annotations: { other: "x" } } },
      { metadata: { finalizers: ["example.com/x"] } },
      { spec: { taints: [{ key: "a", effect: "NoExecute" }] } },
      { spec: { podCIDR: "10.0.0.0/24", podCIDRs: ["10.0.0.0/24"] } },
    ];
    for (const one of patches) expect(await refusalOf(patch(one))).toMatch(only);
    expect(await refusalOf(patch({ status: {} }, runner, "status"))).toMatch(
      /may not update nodes\/status/,
    );
    expect(await refusalOf(runner.delete(nodes, { name: "kept" }))).toMatch(/may not delete nodes/);
    for (const client of [dryRun, helper]) {
      expect(await refusalOf(patch(cordon, client))).toMatch(/may not update nodes/);
    }
  });

  test.each([
    ["that did not opt in", {}],
    ["that opted out", { "pystol.org/enabled": "false" }],
  ])("changes nothing of one %s", async (_which, labels) => {
    const patch = await node(`no-${Object.keys(labels).length}`, labels);
    expect(await refusalOf(patch(cordon))).toMatch(/not labelled pystol\.org\/enabled=true/);
  });

  test("uncordons one that it cordoned, also where the label has gone since", async () => {
    const patch = await node("left", { "pystol.org/enabled": "true" });
    await patch(cordon);
    await patch({ metadata: { labels: { "pystol.org/enabled": null } } }, world.admin);
    expect(await refusalOf(patch({ metadata: note("pa-2") }))).toMatch(/not labelled/);
    await patch(uncordon);
    expect(await refusalOf(patch(cordon))).toMatch(/not labelled/);
  });
});

test("the account's own namespace is no way around: it reaches its run and its locks alone", async () => {
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s", namespace: RUNS_NAMESPACE },
  };
  expect(await refusalOf(runner.create(typeOf(secret), secret))).toMatch(/may not write/);
  const path = `/api/v1/namespaces/${RUNS_NAMESPACE}/serviceaccounts/${RUNNER}/token`;
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
  expect(await refusalOf(runner.request({ method: "POST", path, body }))).toMatch(
    /may not (write|make a token)/,
  );
});

describe("in pystol-nodes, also with the operator's account", () => {
  const make = (spec: object, container: object, name = "pa-y-n00000000") => {
    const made = helperPod(name, "n1");
    const [first] = made.spec.containers;
    const changed = { ...made.spec, containers: [{ ...first, ...container }], ...spec };
    return world.operator.create(pods, { ...made, spec: changed } as never, { dryRun: "All" });
  };
  const files = { name: "node", hostPath: { path: "/" } };

  test("a helper is let through", async () => {
    await make({}, {});
  });

  test.each<[string, object, object, RegExp]>([
    ["another program", {}, { command: ["/bin/sh"] }, /with the node helper's program/],
    ["arguments", {}, { args: ["--eval", "x"] }, /with the node helper's program/],
    ["privileges", {}, { securityContext: { privileged: true } }, /is not privileged/],
    [
      "another capability",
      {},
      { securityContext: { capabilities: { add: ["SYS_MODULE"] } } },
      /capabilities NET_ADMIN, SYS_ADMIN and SYS_PTRACE at most/,
    ],
    ["the node's network", { hostNetwork: true }, {}, /not its network, memory or files/],
    ["the node's files", { volumes: [files] }, {}, /not its network, memory or files/],
    ["another account", { serviceAccountName: "default" }, {}, /is the helper of a run on a node/],
  ])("a pod with %s is not", async (_what, spec, container, expected) => {
    expect(await refusalOf(make(spec, container))).toMatch(expected);
  });

  test("nor one with a second container, or another name", async () => {
    const [first] = helperPod("x", "n1").spec.containers;
    const two = [first, { ...first, name: "second", command: ["/bin/sh"] }];
    expect(await refusalOf(make({ containers: two }, {}))).toMatch(/has one container/);
    expect(await refusalOf(make({}, {}, "mine"))).toMatch(/named after both/);
  });
});
