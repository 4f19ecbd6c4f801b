import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { readBase, readComponent } from "../../../client/deploy/manifests.ts";
import type { Resource } from "../../../kubernetes/resources.ts";
import { cacheDirOf } from "../../cluster/cache.ts";
import { kubernetesPrograms } from "../../cluster/kubernetes.ts";

const BASE = join(import.meta.dirname, "../../../operator/manifests");

/** The objects that kustomize makes of the base with a component. */
async function kustomized(component: string): Promise<Resource[]> {
  const programs = await kubernetesPrograms({
    cacheDir: cacheDirOf(process.env),
    progress: () => undefined,
  });
  const dir = await mkdtemp(join(tmpdir(), "pystol-kustomize-"));
  const overlay = {
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources: [relative(dir, BASE)],
    components: [relative(dir, join(BASE, component))],
  };
  await writeFile(join(dir, "kustomization.yaml"), JSON.stringify(overlay));
  try {
    const { stdout } = await promisify(execFile)(
      join(programs, "kubectl"),
      ["kustomize", dir, "--load-restrictor", "LoadRestrictionsNone"],
      { maxBuffer: 10_000_000 },
    );
    return parseAllDocuments(stdout).map((document) => document.toJS());
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const byName = (objects: readonly Resource[]) =>
  Object.fromEntries(objects.map((object) => [`${object.kind} ${object.metadata.name}`, object]));

interface Deployment extends Resource {
  spec: { replicas: number; template: { spec: { affinity?: unknown } } };
}

describe("a component", () => {
  test.each(["high-availability", "observability"])(
    "is to deploy what it is to kustomize: %s",
    async (name) => {
      const component = await readComponent(join(BASE, name));
      const ours = [...(await readBase(BASE)), ...component.objects].map(component.withPatches);
      const theirs = byName(await kustomized(name));
      for (const { kind, metadata } of component.objects) {
        expect(theirs).toHaveProperty([`${kind} ${metadata.name}`]);
      }
      const deployment = "Deployment pystol-operator";
      expect(byName(ours)[deployment]).toEqual(theirs[deployment]);
    },
  );

  test("of high availability runs two operators, apart where there is room", async () => {
    const objects = byName(await kustomized("high-availability"));
    const { spec } = objects["Deployment pystol-operator"] as Deployment;
    expect(spec.replicas).toBe(2);
    expect(spec.template.spec.affinity).toHaveProperty("podAntiAffinity");
    expect(objects).toHaveProperty(["PodDisruptionBudget pystol-operator"]);
  });
});
