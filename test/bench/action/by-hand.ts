import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { stringify } from "yaml";
import { run } from "../../../client/command.ts";
import { withImages } from "../../../client/deploy/images.ts";
import { readBase, readComponent, readFolder } from "../../../client/deploy/manifests.ts";
import { bindingsOf, objectsOfRole } from "../../../client/deploy/role-objects.ts";
import type { PystolRole, Resource } from "../../../kubernetes/resources.ts";
import { type BenchWorld, MANIFEST, NAMESPACE, type Phases, ROLE } from "./phases.ts";

/**
 * The same with kind and kubectl, as somebody who knows both would write it into a script: kind create, kind load, kubectl apply,
 * kubectl wait. What the action makes of the manifests (images, rights of roles) is there as files already, and costs nothing.
 */
export async function byHand(world: BenchWorld, root: string): Promise<Phases> {
  const { folder, cluster, environment } = world;
  const kubeconfig = join(folder, "kubeconfig");
  const files = await writeFiles(world, root);
  const call = (program: string) => (args: string) =>
    run(program, args.split(" "), { environment: { ...environment, KUBECONFIG: kubeconfig } });
  const [kind, kubectl] = [call(world.kind), call(world.kubectl)];
  const began = performance.now();
  const seconds: number[] = [];
  const mark = () => seconds.push((performance.now() - began) / 1000);
  try {
    await kind(`create cluster --name ${cluster} --image ${world.nodeImage} --wait 5m`);
    await kubectl("-n kube-system rollout status deployment/coredns --timeout=5m");
    mark();
    await kind(`load image-archive ${world.archive} --name ${cluster}`);
    mark();
    await kubectl(`apply --server-side -f ${files.definitions}`);
    await kubectl("wait --for=condition=Established crd --all --timeout=1m");
    await kubectl(`apply --server-side -f ${files.base}`);
    await kubectl("-n pystol-system rollout status deployment/pystol-operator --timeout=5m");
    await kubectl(`apply --server-side -f ${files.namespace}`);
    mark();
    await untilAccepted(() => kubectl(`create -f ${files.action}`));
    const verdict = "--for=jsonpath={.status.verdict}=Passed";
    await kubectl(`-n ${NAMESPACE} wait pystolaction/ping-api ${verdict} --timeout=5m`);
    mark();
  } finally {
    await kind(`delete cluster --name ${cluster}`);
  }
  const [made = 0, loaded = 0, deployed = 0, total = 0] = seconds;
  return {
    ...{ cluster: made, images: loaded - made, deploy: deployed - loaded },
    ...{ action: total - deployed, total },
  };
}

/** The guards, which a person does not wait for, may refuse for a moment what they accept then. */
async function untilAccepted(create: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await create();
      return;
    } catch (error) {
      if (tries === 20) throw error;
      await delay(250);
    }
  }
}

async function writeFiles({ folder, ...world }: BenchWorld, root: string) {
  const images = { operator: world.operatorImage, runner: world.runnerImage };
  const manifests = join(root, "operator/manifests");
  const component = await readComponent(join(manifests, "node-faults"));
  const base = [...(await readBase(manifests)), ...component.objects].map(component.withPatches);
  const roles = (await readFolder(join(root, "collection/pystolroles"))) as PystolRole[];
  const namespace: Resource = {
    ...{ apiVersion: "v1", kind: "Namespace" },
    metadata: { name: NAMESPACE, labels: { "pystol.org/enabled": "true" } },
  };
  const write = async (name: string, objects: readonly object[]) => {
    const file = join(folder, name);
    await writeFile(file, objects.map((each) => stringify(each)).join("---\n"));
    return file;
  };
  const workload = (each: Resource) =>
    each.kind === "Deployment" ? withImages(each, images) : each;
  await writeFile(join(folder, "action.yaml"), MANIFEST);
  return {
    definitions: await write("definitions.yaml", await readFolder(join(root, "crds"))),
    base: await write("base.yaml", [
      ...base.map(workload),
      ...roles.flatMap((role) => [role, ...objectsOfRole(role)]),
    ]),
    namespace: await write("namespace.yaml", [namespace, ...bindingsOf(ROLE, NAMESPACE)]),
    action: join(folder, "action.yaml"),
  };
}
