import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readBase, readComponent } from "../../../../client/deploy/manifests.ts";
import type { Resource } from "../../../../kubernetes/resources.ts";

const manifests = join(import.meta.dirname, "../../../../operator/manifests");

describe("the component node-faults", () => {
  test("tells the operator of itself, and changes nothing else of the base", async () => {
    const component = await readComponent(join(manifests, "node-faults"));
    const base = await readBase(manifests);
    const changed = base.filter((object) => {
      return JSON.stringify(component.withPatches(object)) !== JSON.stringify(object);
    });
    expect(changed.map(({ kind, metadata }) => [kind, metadata.name])).toEqual([
      ["Deployment", "pystol-operator"],
    ]);
    const [operator] = changed;
    expect(JSON.stringify(operator)).not.toContain("PYSTOL_NODE_FAULTS");
    expect(JSON.stringify(component.withPatches(operator as Resource))).toContain(
      '{"name":"PYSTOL_NODE_FAULTS","value":"true"}',
    );
  });

  test("has the namespace of the helper pods, which the base lacks", async () => {
    const { objects } = await readComponent(join(manifests, "node-faults"));
    const named = ({ kind, metadata }: Resource) => `${kind} ${metadata.name}`;
    expect(objects.map(named)).toContain("Namespace pystol-nodes");
    expect((await readBase(manifests)).map(named)).not.toContain("Namespace pystol-nodes");
  });
});

describe("a component is refused", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "pystol-component-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const patched = (operation: string) =>
    `patches: [{ target: { kind: Deployment, name: x }, patch: '[${operation}]' }]`;
  const object = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "x" } };

  test.for([
    ["another feature of kustomize", "namePrefix: evil-", /namePrefix/],
    ["a removal", patched('{"op": "remove", "path": "/metadata/name"}'), /operation remove/],
    [
      "a place that is not there",
      patched('{"op": "add", "path": "/spec/list/-", "value": 1}'),
      /\/spec\/list\/-/,
    ],
  ] as const)("with %s", async ([_, text, problem]) => {
    await writeFile(join(folder, "kustomization.yaml"), text);
    await expect(async () => (await readComponent(folder)).withPatches(object)).rejects.toThrow(
      problem,
    );
  });
});
