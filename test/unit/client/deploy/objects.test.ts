import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { withImages } from "../../../../client/deploy/images.ts";
import { readBase } from "../../../../client/deploy/manifests.ts";
import { bindingOf, objectsOfRole } from "../../../../client/deploy/role-objects.ts";
import { enableCommands } from "../../../../client/enable.ts";
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
  const role = { metadata: { name: "killpods" }, spec: {} } as PystolRole;

  test("without rules gets an account and no rights", () => {
    expect(objectsOfRole(role)).toMatchObject([
      {
        kind: "ServiceAccount",
        metadata: { name: "pystol-role-killpods", namespace: "pystol-runs" },
      },
      { kind: "ClusterRole", metadata: { name: "pystol-role-killpods" }, rules: [] },
    ]);
  });

  test("is bound in one namespace, by a binding that the printed command makes alike", () => {
    const name = "pystol-role-killpods";
    expect(bindingOf("killpods", "shop")).toMatchObject({
      metadata: { name, namespace: "shop" },
      roleRef: { kind: "ClusterRole", name },
      subjects: [{ kind: "ServiceAccount", name, namespace: "pystol-runs" }],
    });
    expect(enableCommands("shop", ["killpods"])).toBe(
      [
        "kubectl label namespace shop pystol.org/enabled=true",
        `kubectl -n shop create rolebinding ${name} --clusterrole=${name} --serviceaccount=pystol-runs:${name}`,
      ].join("\n"),
    );
  });
});
