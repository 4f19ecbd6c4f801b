import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Client } from "../../../kubernetes/client.ts";
import {
  type PystolAction,
  pystolActions,
  pystolRoles,
  type Resource,
} from "../../../kubernetes/resources.ts";
import { refusalOf } from "../../support/attempts.ts";
import { typeOf } from "../../support/pystol-control-plane.ts";
import { type GuardsWorld, startGuardsWorld } from "./guards-world.ts";

const rbac = "rbac.authorization.k8s.io";
const ANN = "system:serviceaccount:shop:ann";

let world: GuardsWorld;
let ann: Client;
beforeAll(async () => {
  world = await startGuardsWorld();
  for (const object of fixtures) {
    await world.admin.apply(typeOf(object), object, { fieldManager: "test" });
  }
  ann = await world.world.clientOf({ namespace: "shop", name: "ann" });
}, 300_000);
afterAll(() => world?.[Symbol.asyncDispose]());

/** Ann may create actions in shop, use the role pingtest, and read eight Secrets there. */
const fixtures = [
  { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "ann", namespace: "shop" } },
  {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRole",
    metadata: { name: "author" },
    rules: [
      {
        apiGroups: ["pystol.org"],
        resources: ["pystolactions"],
        verbs: ["get", "create", "update", "patch"],
      },
      { apiGroups: ["pystol.org"], resources: ["pystolactions/status"], verbs: ["patch"] },
      {
        apiGroups: ["pystol.org"],
        resources: ["pystolroles"],
        resourceNames: ["pingtest"],
        verbs: ["use"],
      },
      {
        apiGroups: [""],
        resources: ["secrets"],
        resourceNames: Array.from({ length: 8 }, (_, i) => `mine-${i}`),
        verbs: ["get"],
      },
    ],
  },
  {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name: "author" },
    roleRef: { apiGroup: rbac, kind: "ClusterRole", name: "author" },
    subjects: [{ kind: "ServiceAccount", name: "ann", namespace: "shop" }],
  },
] as Resource[];

let number = 0;
const action = (spec: Partial<PystolAction["spec"]>): PystolAction => ({
  apiVersion: "pystol.org/v1alpha1",
  kind: "PystolAction",
  metadata: { name: `a-${++number}`, namespace: "shop" },
  spec: { role: "pingtest", ...spec },
});
const secrets = (...names: string[]) => ({
  extraVarsFrom: names.map((name) => ({ secretRef: { name } })),
});
const create = (spec: Partial<PystolAction["spec"]>) => ann.create(pystolActions, action(spec));

describe("who creates an action", () => {
  test("may do so with a role that they may use, and with no other", async () => {
    expect((await create({})).spec.role).toBe("pingtest");
    expect(await refusalOf(create({ role: "killpods" }))).toMatch(
      `${ANN} may not use the role killpods`,
    );
  });

  test("names Secrets that they may read, as many as an action takes, and no other", async () => {
    const mine = Array.from({ length: 8 }, (_, i) => `mine-${i}`);
    expect((await create(secrets(...mine))).spec.extraVarsFrom).toHaveLength(8);
    for (const place of [0, 1, 4, 7]) {
      const names = mine.with(place, "closed");
      expect(await refusalOf(create(secrets(...names)))).toMatch(
        `${ANN} may not get each of the Secrets ${names.join(", ")} in shop`,
      );
    }
  });

  test("also not where the Secret may be absent, or adds one later", async () => {
    const optional = { extraVarsFrom: [{ secretRef: { name: "closed", optional: true } }] };
    expect(await refusalOf(create(optional))).toMatch(/may not get each of the Secrets closed/);
    const { metadata } = await create({});
    const place = { namespace: "shop", name: metadata.name };
    expect(
      await refusalOf(ann.mergePatch(pystolActions, place, { spec: secrets("closed") })),
    ).toMatch(/spec\.extraVarsFrom is immutable/);
  });

  test("creates it in nobody else's name", async () => {
    expect((await create({ requester: ANN })).spec.requester).toBe(ANN);
    expect(await refusalOf(create({ requester: "admin" }))).toMatch(
      `spec.requester is admin, but you are ${ANN}`,
    );
  });

  test("writes no verdict", async () => {
    const { metadata } = await create({});
    const place = { namespace: "shop", name: metadata.name, subresource: "status" };
    expect(
      await refusalOf(ann.mergePatch(pystolActions, place, { status: { verdict: "Passed" } })),
    ).toMatch(/written by the operator alone/);
  });
});

describe("who adds a role to the catalogue", () => {
  const role = (spec: object) =>
    world.admin.create(
      pystolRoles,
      {
        apiVersion: "pystol.org/v1alpha1",
        kind: "PystolRole",
        metadata: { name: `r-${++number}` },
        spec: { collection: "a.b", role: "r", ...spec },
      } as never,
      { dryRun: "All" },
    );
  const rule = (apiGroup: string, resource: string, ...verbs: string[]) => ({
    apiGroups: [apiGroup],
    resources: [resource],
    verbs,
  });
  const cluster = { scope: "Cluster", actsOn: { apiVersion: "v1", kind: "Node" } };

  test("gives it rights in namespaces, and to cordon nodes", async () => {
    await role({
      rules: [rule("apps", "deployments", "get", "patch"), rule("", "secrets", "get")],
    });
    await role({
      ...cluster,
      clusterRules: [rule("", "nodes", "get", "patch"), rule("", "pods", "list")],
    });
  });

  test.each([
    ["admissionregistration.k8s.io", "validatingadmissionpolicies", "delete"],
    ["rbac.authorization.k8s.io", "rolebindings", "create"],
    ["apiextensions.k8s.io", "customresourcedefinitions", "patch"],
    ["", "serviceaccounts/token", "create"],
    ["", "users", "impersonate"],
  ])("gives it none to %s %s, to %s", async (group, resource, verb) => {
    for (const spec of [
      { rules: [rule(group, resource, verb)] },
      { ...cluster, clusterRules: [rule(group, resource, verb)] },
    ]) {
      expect(await refusalOf(role(spec))).toMatch(/gets no rights to rights, to guards/);
    }
  });

  test("gives it no other changes in the whole cluster, and no Secrets", async () => {
    for (const [rules, expected] of [
      [rule("", "nodes", "delete"), /may allow reading, and patch and update of nodes/],
      [rule("", "pods", "get", "delete"), /may allow reading, and patch and update of nodes/],
      [rule("", "secrets", "list"), /may not allow reading Secrets/],
    ] as const) {
      expect(await refusalOf(role({ ...cluster, clusterRules: [rules] }))).toMatch(expected);
    }
  });
});
