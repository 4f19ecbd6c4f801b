import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { withImages } from "../../../../client/deploy/images.ts";
import { readBase } from "../../../../client/deploy/manifests.ts";
import {
  bindingsOf,
  clusterBindingsOf,
  objectsOfRole,
} from "../../../../client/deploy/role-objects.ts";
import { enableCommands, enableNodesCommands } from "../../../../client/enable.ts";
import type { PystolRole, Resource } from "../../../../kubernetes/resources.ts";

const base = await readBase(join(import.meta.dirname, "../../../../operator/manifests"));
const isDeployment = ({ kind }: Resource) => kind === "Deployment";

describe("the operator's manifests", () => {
  test("are applied in their order: namespaces first, the operator last", () => {
    expect(base[0]?.kind).toBe("Namespace");
    expect(base.findIndex(isDeployment)).toBe(base.length - 1);
  });

  test("get the images in place of their names", () => {
    const images = { operator: "registry/o:1", runner: "registry/r@sha256:0" };
    const [changed] = base.filter(isDeployment).map((each) => withImages(each, images));
    const text = JSON.stringify(changed);
    expect(text).toContain('"image":"registry/o:1"');
    expect(text).toContain('{"name":"PYSTOL_RUNNER_IMAGE","value":"registry/r@sha256:0"}');
    expect(text).not.toMatch(/"pystol-runner"|"image":"pystol-operator"/);
  });

  test("without a place for the images are refused, since those would be ignored", () => {
    const [deployment] = base.filter(isDeployment);
    const text = JSON.stringify(deployment).replace("PYSTOL_RUNNER_IMAGE", "OTHER");
    expect(() => withImages(JSON.parse(text), { operator: "o", runner: "r" })).toThrow(
      "has no container with the image pystol-operator and the variable PYSTOL_RUNNER_IMAGE",
    );
  });
});

describe("a role", () => {
  const pods = { apiGroups: [""], resources: ["pods"] };
  const nodes = { apiGroups: [""], resources: ["nodes"] };
  const role = (spec: object) => ({ metadata: { name: "killpods" }, spec }) as PystolRole;
  const namesOf = (objects: Resource[]) =>
    objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  const rulesOf = (objects: Resource[], name: string) =>
    (
      objects.find(
        ({ kind, metadata }) => kind === "ClusterRole" && metadata.name === name,
      ) as never as { rules?: unknown }
    )?.rules;

  test("without rules gets two accounts and no rights", () => {
    expect(objectsOfRole(role({}))).toMatchObject([
      {
        kind: "ServiceAccount",
        metadata: { name: "pystol-role-killpods", namespace: "pystol-runs" },
      },
      { kind: "ClusterRole", metadata: { name: "pystol-role-killpods" }, rules: [] },
      {
        kind: "ServiceAccount",
        metadata: { name: "pystol-dryrun-killpods", namespace: "pystol-runs" },
      },
      { kind: "ClusterRole", metadata: { name: "pystol-dryrun-killpods" }, rules: [] },
    ]);
  });

  test("has an account for dry runs that can only read what the role can read", () => {
    const rules = [
      { ...pods, verbs: ["get", "delete", "watch"] },
      { apiGroups: [""], resources: ["pods/eviction"], verbs: ["create"] },
    ];
    const clusterRules = [{ ...nodes, verbs: ["list", "patch"] }];
    const objects = objectsOfRole(role({ rules, clusterRules }));
    expect(rulesOf(objects, "pystol-role-killpods")).toEqual(rules);
    expect(rulesOf(objects, "pystol-role-killpods-cluster")).toEqual(clusterRules);
    expect(rulesOf(objects, "pystol-dryrun-killpods")).toEqual([
      { ...pods, verbs: ["get", "watch"] },
    ]);
    expect(rulesOf(objects, "pystol-dryrun-killpods-cluster")).toEqual([
      { ...nodes, verbs: ["list"] },
    ]);
  });

  test("is bound in one namespace, by bindings that the printed commands make alike", () => {
    const [name, dryRun] = ["pystol-role-killpods", "pystol-dryrun-killpods"];
    const bindings = bindingsOf("killpods", "shop");
    expect(namesOf(bindings)).toEqual([`RoleBinding ${name}`, `RoleBinding ${dryRun}`]);
    expect(bindings[0]).toMatchObject({
      metadata: { name, namespace: "shop" },
      roleRef: { kind: "ClusterRole", name },
      subjects: [{ kind: "ServiceAccount", name, namespace: "pystol-runs" }],
    });
    expect(enableCommands("shop", ["killpods"])).toBe(
      [
        "kubectl label namespace shop pystol.org/enabled=true",
        `kubectl -n shop create rolebinding ${name} --clusterrole=${name} --serviceaccount=pystol-runs:${name}`,
        `kubectl -n shop create rolebinding ${dryRun} --clusterrole=${dryRun} --serviceaccount=pystol-runs:${dryRun}`,
      ].join("\n"),
    );
  });

  test("is bound to its cluster rules apart, by commands that name the nodes to opt in", () => {
    const [name, dryRun] = ["pystol-role-killpods", "pystol-dryrun-killpods"];
    const bindings = clusterBindingsOf("killpods");
    expect(namesOf(bindings)).toEqual([
      `ClusterRoleBinding ${name}-cluster`,
      `ClusterRoleBinding ${dryRun}-cluster`,
    ]);
    expect(bindings[1]).toMatchObject({
      roleRef: { kind: "ClusterRole", name: `${dryRun}-cluster` },
      subjects: [{ kind: "ServiceAccount", name: dryRun, namespace: "pystol-runs" }],
    });
    expect(enableNodesCommands(["killpods"], ["worker"])).toBe(
      [
        "kubectl label node worker pystol.org/enabled=true",
        `kubectl create clusterrolebinding ${name}-cluster --clusterrole=${name}-cluster --serviceaccount=pystol-runs:${name}`,
        `kubectl create clusterrolebinding ${dryRun}-cluster --clusterrole=${dryRun}-cluster --serviceaccount=pystol-runs:${dryRun}`,
      ].join("\n"),
    );
  });
});
