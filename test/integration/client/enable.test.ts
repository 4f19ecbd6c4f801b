import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { objectsOfRole } from "../../../client/deploy/role-objects.ts";
import {
  enableNamespace,
  enableNodes,
  hasEnabledNode,
  rolesOfCluster,
  workers,
} from "../../../client/enable.ts";
import { type PystolRole, RUNS_NAMESPACE } from "../../../kubernetes/resources.ts";
import {
  eventually,
  objectsOf,
  type PystolControlPlane,
  startPystolControlPlane,
  typeOf,
} from "../../support/pystol-control-plane.ts";

const ROLES = ["patch", "drainnodes"];

let world: PystolControlPlane;
beforeAll(async () => {
  world = await startPystolControlPlane();
  const apply = (object: Parameters<typeof typeOf>[0]) =>
    world.client.apply(typeOf(object), object, { fieldManager: "test" });
  for (const name of ROLES) {
    const [role] = (await objectsOf(`collection/pystolroles/${name}.yaml`)) as PystolRole[];
    if (!role) throw new Error(`there is no PystolRole ${name}`);
    for (const object of [role, ...objectsOfRole(role)]) await apply(object);
  }
  await apply({ apiVersion: "v1", kind: "Node", metadata: { name: "worker" } });
  const labels = { "node-role.kubernetes.io/control-plane": "" };
  await apply({ apiVersion: "v1", kind: "Node", metadata: { name: "control", labels } });
  await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "closed" } });
});
afterAll(() => world?.[Symbol.asyncDispose]());

/** "VERB GROUP RESOURCE NAMESPACE" with - for what is empty. */
async function may(account: string, what: string): Promise<boolean> {
  const [verb, group, name = "", namespace] = what
    .split(" ")
    .map((word) => word.replace(/^-$/, ""));
  const [resource, subresource] = name.split("/");
  const answer = await world.client.request<{ status: { allowed: boolean } }>({
    method: "POST",
    path: "/apis/authorization.k8s.io/v1/subjectaccessreviews",
    body: {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SubjectAccessReview",
      spec: {
        user: `system:serviceaccount:${RUNS_NAMESPACE}:${account}`,
        resourceAttributes: { verb, group, resource, subresource, namespace },
      },
    },
  });
  return answer.status.allowed;
}

describe("a role that was enabled", () => {
  test("may do in the namespace what its rules say, and its dry runs may only read", async () => {
    await enableNamespace(world.client, { namespace: "open", roles: ROLES });
    const rights: [what: string, role: boolean, dryRun: boolean][] = [
      ["get apps deployments open", true, true],
      ["patch apps deployments open", true, false],
      ["delete apps deployments open", false, false],
      ["patch apps deployments closed", false, false],
      ["get - secrets open", false, false],
    ];
    await eventually(async () => {
      for (const [what, role, dryRun] of rights) {
        const found = [
          what,
          await may("pystol-role-patch", what),
          await may("pystol-dryrun-patch", what),
        ];
        expect(found).toEqual([what, role, dryRun]);
      }
    });
  });

  test("may do nothing to the cluster before its nodes are enabled, and then what its cluster rules say", async () => {
    await enableNamespace(world.client, { namespace: "open", roles: ROLES });
    expect(await may("pystol-role-drainnodes", "patch - nodes -")).toBe(false);
    expect(await may("pystol-dryrun-drainnodes", "list - pods -")).toBe(false);
    expect(await hasEnabledNode(world.client)).toBe(false);
    const nodes = await workers(world.client);
    expect(nodes).toEqual(["worker"]);
    await enableNodes(world.client, { nodes, roles: ROLES });
    expect(await hasEnabledNode(world.client)).toBe(true);
    const rights: [what: string, role: boolean, dryRun: boolean][] = [
      ["patch - nodes -", true, false],
      ["list - nodes -", true, true],
      ["list - pods -", true, true],
      ["delete - nodes -", false, false],
      ["create - pods/eviction open", true, false],
      ["create - pods/eviction closed", false, false],
    ];
    await eventually(async () => {
      for (const [what, role, dryRun] of rights) {
        const accounts = ["pystol-role-drainnodes", "pystol-dryrun-drainnodes"];
        const found = await Promise.all(accounts.map((account) => may(account, what)));
        expect([what, ...found]).toEqual([what, role, dryRun]);
      }
    });
    expect(await may("pystol-role-patch", "patch - nodes -")).toBe(false);
    const { metadata } = await world.client.get(
      { apiVersion: "v1", kind: "Node", plural: "nodes", namespaced: false },
      { name: "worker" },
    );
    expect(metadata.labels?.["pystol.org/enabled"]).toBe("true");
  });

  test("is one of the cluster if it has cluster rules", async () => {
    expect(await rolesOfCluster(world.client, ROLES)).toEqual(["drainnodes"]);
    await expect(rolesOfCluster(world.client, ["absent"])).rejects.toThrow('"absent" not found');
  });
});
