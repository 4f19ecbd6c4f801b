import { readFile } from "node:fs/promises";
import {
  ApiException,
  BatchV1Api,
  CustomObjectsApi,
  KubeConfig,
  type KubernetesObject,
  makeInformer,
  setHeaderOptions,
  type V1Job,
} from "@kubernetes/client-node";
import { fill, type Marks, type Write } from "../writes.ts";

// The obvious operator in TypeScript: client-node's informers call a handler, which writes with the typed API.
// Usage: node main.ts KUBECONFIG WRITES
const [kubeconfig = "", writesFile = ""] = process.argv.slice(2);
const writes = JSON.parse(await readFile(writesFile, "utf8")) as Write[];
const config = new KubeConfig();
config.loadFromFile(kubeconfig);
const custom = config.makeApiClient(CustomObjectsApi);
const batch = config.makeApiClient(BatchV1Api);
const pystol = { group: "pystol.org", version: "v1alpha1" };

const actions = makeInformer(
  config,
  "/apis/pystol.org/v1alpha1/pystolactions",
  async () => await custom.listClusterCustomObject({ ...pystol, plural: "pystolactions" }),
);
const runs = makeInformer(
  config,
  "/apis/pystol.org/v1alpha1/namespaces/pystol-runs/pystolruns",
  async () =>
    await custom.listNamespacedCustomObject({
      ...pystol,
      namespace: "pystol-runs",
      plural: "pystolruns",
    }),
);
const jobs = makeInformer<V1Job>(config, "/apis/batch/v1/namespaces/pystol-runs/jobs", () =>
  batch.listNamespacedJob({ namespace: "pystol-runs" }),
);

actions.on("add", (action) => {
  const name = `pa-${action.metadata?.uid}`;
  if (jobs.get(name, "pystol-runs")) return;
  handle(action).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
});
for (const informer of [runs, jobs, actions]) {
  informer.on("error", (error) => {
    console.error(error);
    setTimeout(() => informer.start(), 1000);
  });
  await informer.start();
}

async function handle(action: KubernetesObject): Promise<void> {
  const { uid = "", name = "", resourceVersion = "" } = action.metadata ?? {};
  const marks: Marks = { uid, name, resourceVersion, runUid: "" };
  for (const one of writes) {
    const answer = await write(one, marks).catch((error: unknown) => {
      if (error instanceof ApiException && error.code === 409) return undefined;
      throw error;
    });
    if (one.resource === "pystolruns") marks.runUid = answer?.metadata?.uid ?? "";
  }
}

async function write(
  { method, group, version, resource: plural, namespace, subresource, ...one }: Write,
  marks: Marks,
): Promise<KubernetesObject | undefined> {
  const body = JSON.parse(fill(JSON.stringify(one.body), marks));
  const fieldManager = one.fieldManager ? { fieldManager: one.fieldManager } : {};
  if (plural === "jobs") return await batch.createNamespacedJob({ namespace, body });
  const place = { group, version, plural, namespace };
  if (method === "POST") {
    return await custom.createNamespacedCustomObject({ ...place, body, ...fieldManager });
  }
  const patch = {
    ...{ ...place, body, ...fieldManager, name: fill(one.name, marks) },
    ...(one.force ? { force: true } : {}),
  };
  const options = setHeaderOptions("Content-Type", one.contentType);
  return subresource === "status"
    ? await custom.patchNamespacedCustomObjectStatus(patch, options)
    : await custom.patchNamespacedCustomObject(patch, options);
}
