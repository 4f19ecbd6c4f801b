import { randomUUID } from "node:crypto";
import type { Resource, ResourceType } from "../../../kubernetes/resources.ts";
import type { Kept, Phase, PhaseOptions, RoleWorld } from "./role-world.ts";

export interface Deployment extends Resource {
  spec: { replicas: number; template: { spec: { containers: Record<string, unknown>[] } } };
}

export const deployments: ResourceType<Deployment> = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  plural: "deployments",
  namespaced: true,
};

/** A Deployment with two containers, and what a run of the role patch on it needs. */
export async function patchScene(
  world: RoleWorld,
  patched: { type?: string; patch: unknown },
  labels = {},
) {
  const name = `web-${randomUUID().slice(0, 8)}`;
  const containers = [
    { name: "web", image: "example.org/web:1", env: [{ name: "LEVEL", value: "1" }] },
    { name: "log", image: "example.org/log:1" },
  ];
  const template = { metadata: { labels: { app: name } }, spec: { containers } };
  const object = await world.apply({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "shop", labels },
    spec: { replicas: 0, selector: { matchLabels: { app: name } }, template },
  });
  const place = { namespace: "shop", name };
  const kept: Kept = { records: [], evidence: [] };
  const { uid } = object.metadata;
  const target = { apiVersion: "apps/v1", kind: "Deployment", ...place, uid };
  const variables = { pystol_targets: [target], ...patched };
  const play = (phases: Phase[], options: PhaseOptions = {}) =>
    world.play("patch", phases, kept, {
      ...options,
      variables: { ...variables, ...options.variables },
    });
  return {
    ...{ kept, place, target },
    read: () => world.client.get(deployments, place),
    play,
    inject: (options?: PhaseOptions) => play(["inject"], options),
    recover: (options?: PhaseOptions) => play(["recover"], options),
    verify: (phase: Phase) => play([phase], { variables: { pystol_undo: kept.records } }),
    change: (patch: object) => world.client.mergePatch(deployments, place, patch),
  };
}

/** What people write of an object. */
export async function written(read: () => Promise<Deployment>): Promise<unknown> {
  const { spec, metadata } = await read();
  const { "deployment.kubernetes.io/revision": _, ...annotations } = metadata.annotations ?? {};
  return { spec, labels: metadata.labels, annotations };
}

export const image = (of: Deployment, container: string) =>
  of.spec.template.spec.containers.find(({ name }) => name === container)?.image;

export const newImage = {
  patch: {
    spec: { template: { spec: { containers: [{ name: "web", image: "example.org/web:2" }] } } },
  },
};

/** Another kind that the role may patch in shop, as another PystolRole would say. */
export async function letPatch(world: RoleWorld, plural: string): Promise<void> {
  const rbac = { apiVersion: "rbac.authorization.k8s.io/v1" };
  const metadata = { name: `patch-${plural}`, namespace: "shop" };
  const rules = [{ apiGroups: [""], resources: [plural], verbs: ["get", "patch"] }];
  await world.apply({ ...rbac, kind: "Role", metadata, rules });
  await world.apply({
    ...{ ...rbac, kind: "RoleBinding", metadata },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: metadata.name },
    subjects: [{ kind: "ServiceAccount", name: "pystol-role-patch", namespace: "pystol-runs" }],
  });
}
