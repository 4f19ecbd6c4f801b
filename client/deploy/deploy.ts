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

/** What of a deployment needs no image of its own: all but the operator. */
export interface Groundwork {
  /** The names of the roles. */
  roles: string[];
  /** What is left to apply. */
  workloads: Resource[];
}

/**
 * Installs Pystol or brings it up to date: CRDs, namespaces, rights, guards, roles, operator, each by server-side apply and in
 * that order. Returns the names of the roles when the guards act and the operator is available. Safe to run again.
 */
export async function deploy(client: Client, options: DeployOptions): Promise<string[]> {
  const groundwork = await layGroundwork(client, options);
  await startOperator(client, groundwork, options);
  return groundwork.roles;
}

/** The first part of a deployment, for who has something else to wait for before the operator can start. */
export async function layGroundwork(client: Client, options: DeployOptions): Promise<Groundwork> {
  const { root, progress, timeoutMs, signal } = options;
  const apply = applier(client);
  const definitions = await readFolder(join(root, "crds"));
  const base = await readManifests(root, options);
  const roles = await readRoles(root, options.roleFiles ?? []);

  progress("Applying the custom resource definitions");
  for (const object of definitions) await apply(object);
  const waiting = { timeoutMs, signal };
  for (const { metadata } of definitions) await untilEstablished(client, metadata.name, waiting);

  progress("Applying namespaces, rights and guards");
  for (const object of base.filter((each) => !isWorkload(each))) await apply(object);

  const names = roles.map(({ metadata }) => metadata.name);
  progress(`Applying the roles ${names.join(", ") || "(there are none)"}`);
  for (const role of roles) {
    await apply(role);
    for (const object of objectsOfRole(role)) await apply(object);
  }
  return { roles: names, workloads: base.filter(isWorkload) };
}

/** The second part: returns when the guards act and the operator is available. */
export async function startOperator(
  client: Client,
  groundwork: Groundwork,
  { images, timeoutMs, progress, signal }: DeployOptions,
): Promise<void> {
  const apply = applier(client);
  progress(`Applying the operator, image ${images.operator}`);
  const workloads = groundwork.workloads.map((each) => withImages(each, images));
  for (const object of workloads) await apply(object);
  // An API server takes some seconds to act on new guards, and a kubelet to start the operator. What is created before the guards
  // act is kept and run whichever comes first, so nothing is gained by waiting for one after the other.
  progress("Waiting until the guards act and the operator is available");
  const failed = new AbortController();
  const either = {
    timeoutMs,
    signal: AbortSignal.any(signal ? [signal, failed.signal] : [failed.signal]),
  };
  const both = [
    untilGuarded(client, either),
    ...workloads.map((one) => untilAvailable(client, one, either)),
  ];
  for (const waiting of both) waiting.catch((error) => failed.abort(error));
  await Promise.all(both);
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
