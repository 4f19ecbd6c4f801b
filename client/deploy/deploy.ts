import { join } from "node:path";
import type { Client } from "../../kubernetes/client.ts";
import { type PystolRole, pystolRoles, type Resource } from "../../kubernetes/resources.ts";
import type { Progress } from "../progress.ts";
import { applier } from "./apply.ts";
import { untilAvailable } from "./available.ts";
import { untilEstablished } from "./established.ts";
import { untilGuarded } from "./guards.ts";
import { type Images, withImages } from "./images.ts";
import { readBase, readComponent, readFolder, readObjects } from "./manifests.ts";
import { objectsOfRole } from "./role-objects.ts";

export interface DeployOptions {
  /** Pystol's own folder, see pystolRoot. */
  root: string;
  images: Images;
  /** Files of further PystolRoles. */
  roleFiles?: readonly string[];
  /** The components to deploy beside the base: folders of operator/manifests. */
  features?: readonly string[];
  /** How long each of CRDs, guards and operator may take to act. */
  timeoutMs: number;
  progress: Progress;
  signal?: AbortSignal | undefined;
}

/**
 * Installs Pystol or brings it up to date: CRDs, namespaces, rights, guards, roles, operator, each by server-side apply and in
 * that order. Returns the names of the roles when the guards act and the operator is available. Safe to run again.
 */
export async function deploy(client: Client, options: DeployOptions): Promise<string[]> {
  const { root, progress, timeoutMs, signal } = options;
  const waiting = { timeoutMs, signal };
  const apply = applier(client);
  const definitions = await readFolder(join(root, "crds"));
  const base = await readManifests(root, options);
  const roles = await readRoles(root, options.roleFiles ?? []);

  progress("Applying the custom resource definitions");
  for (const object of definitions) await apply(object);
  for (const { metadata } of definitions) await untilEstablished(client, metadata.name, waiting);

  progress("Applying namespaces, rights and guards");
  for (const object of base.filter((each) => !isWorkload(each))) await apply(object);
  progress("Waiting until the guards act");
  await untilGuarded(client, waiting);

  const names = roles.map(({ metadata }) => metadata.name);
  progress(`Applying the roles ${names.join(", ") || "(there are none)"}`);
  for (const role of roles) {
    await apply(role);
    for (const object of objectsOfRole(role)) await apply(object);
  }

  progress(`Applying the operator, image ${options.images.operator}`);
  const workloads = base.filter(isWorkload).map((each) => withImages(each, options.images));
  for (const object of workloads) await apply(object);
  progress("Waiting until the operator is available");
  for (const object of workloads) await untilAvailable(client, object, waiting);
  return names;
}

/** The base, and what the chosen components add to it, in their order. */
async function readManifests(root: string, { features = [] }: DeployOptions): Promise<Resource[]> {
  const folder = join(root, "operator/manifests");
  let objects = await readBase(folder);
  for (const feature of features) {
    const component = await readComponent(join(folder, feature));
    objects = [...objects, ...component.objects].map(component.withPatches);
  }
  return objects;
}

function isWorkload(object: Resource): boolean {
  return object.kind === "Deployment";
}

async function readRoles(root: string, files: readonly string[]): Promise<PystolRole[]> {
  const own = await readFolder(join(root, "collection/pystolroles"));
  const given = await Promise.all(files.map(readObjects));
  const roles = [...own, ...given.flat()];
  const stranger = roles.find(({ kind }) => kind !== pystolRoles.kind);
  if (stranger) {
    throw new Error(
      `${stranger.kind} ${stranger.metadata.name} is among the roles; expected ${pystolRoles.kind} of ${pystolRoles.apiVersion} alone.`,
    );
  }
  return roles as PystolRole[];
}
