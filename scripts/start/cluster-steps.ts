import { createServer } from "node:net";
import { join } from "node:path";
import { connect } from "../../client/connect.ts";
import { readFolder } from "../../client/deploy/manifests.ts";
import { enableNamespace, enableNodes, workers } from "../../client/enable.ts";
import { loadImageArchives } from "../../client/kind/load.ts";
import { cacheDirOf } from "../../test/cluster/cache.ts";
import { createKindCluster, deleteKindCluster } from "../../test/cluster/kind-cluster.ts";
import { ensureTools } from "../../test/cluster/tools.ts";
import { buildAction } from "../build/action.ts";
import { buildImages } from "../images/build-images.ts";
import { DEMO_NAMESPACE, installDemo } from "./demo.ts";
import { refuseToOverwrite, removeFromGiven } from "./given-cluster.ts";
import { removeOutputs } from "./outputs.ts";
import { of, type Session, type Step } from "./session.ts";

const CLUSTER = "pystol";
const WORKERS = 2;
/** In a given cluster, those that the examples use; in one of our own, all. */
const ROLES = ["killpods", "pingtest"];

const isGiven = ({ options }: Session) => Boolean(options.kubeconfig ?? options.context);
const hasImages = ({ options }: Session) => Boolean(options.operatorImage && options.runnerImage);

/** From nothing, or a given cluster, to a cluster with the demo application, ready for faults. */
export const clusterSteps: Step[] = [
  {
    title: "Check what was asked",
    run: async (session) => {
      if (session.options.serve) await refuseBusyPort(session.options.port);
      if (isGiven(session)) {
        const { kubeconfig, context } = session.options;
        const { client } = await connect({ kubeconfig, context });
        session.cleanup.defer(() => client.close());
        await refuseToOverwrite(client);
        session.client = client;
      }
      await removeOutputs(session.out);
    },
  },
  {
    title: "Find or make the tools",
    skip: (session) => hasImages(session) && "the images are given",
    run: async (session, progress) => {
      const { environment, mayInstall } = session;
      session.tools = await ensureTools({
        cacheDir: cacheDirOf(environment),
        mayInstall,
        progress,
      });
    },
  },
  {
    title: "Build the action and the images",
    run: async (session, progress) => {
      await buildAction();
      const { operatorImage, runnerImage } = session.options;
      if (operatorImage && runnerImage) {
        session.images = { operator: operatorImage, runner: runnerImage };
        return;
      }
      const { signal } = session;
      session.images = await buildImages({ tools: of(session.tools, "tools"), progress, signal });
    },
  },
  {
    title: `Make the kind cluster ${CLUSTER}, one control plane and ${WORKERS} workers`,
    skip: (session) => isGiven(session) && "a cluster is given",
    run: async (session, progress) => {
      const { signal } = session;
      const tools = of(session.tools, "tools");
      const kubeconfig = join(session.out, "kubeconfig");
      const cluster = { name: CLUSTER, tools, progress };
      await createKindCluster({ ...cluster, workers: WORKERS, kubeconfig, signal });
      session.cleanup.defer(() => deleteKindCluster(cluster));
      session.kubeconfig = kubeconfig;
      session.kindCluster = CLUSTER;
      const { client } = await connect({ kubeconfig });
      session.cleanup.defer(() => client.close());
      session.client = client;
    },
  },
  {
    title: "Load the images into the cluster",
    skip: (session) => hasImages(session) && "the cluster pulls them",
    run: async (session, progress) => {
      const { kind, engine } = of(session.tools, "tools");
      const program = { path: kind, environment: { ...session.environment, ...engine.env } };
      const archives = [of(session.images?.archive, "the images")];
      const name = session.kindCluster ?? kindNameOf(session);
      await loadImageArchives({ program, name, archives, progress, signal: session.signal });
    },
  },
  {
    title: `Install the demo application in the namespace ${DEMO_NAMESPACE}`,
    run: async (session) => {
      const client = of(session.client, "the cluster");
      if (isGiven(session)) session.cleanup.defer(() => removeFromGiven(client, session.root));
      await installDemo(client, of(session.images, "the images").operator, session.signal);
      const roles = isGiven(session) ? ROLES : await allRoles(session);
      await enableNamespace(client, { namespace: DEMO_NAMESPACE, roles });
    },
  },
];

/** Once the roles are deployed: in a cluster of our own the workers take part in faults, too. */
export const nodesStep: Step = {
  title: "Let faults act on the workers",
  skip: (session) => isGiven(session) && "in a given cluster its administrator decides on nodes",
  run: async (session) => {
    const client = of(session.client, "the cluster");
    const nodes = await workers(client);
    await enableNodes(client, { nodes, roles: await allRoles(session) });
  },
};

async function allRoles({ root }: Session): Promise<string[]> {
  const roles = await readFolder(join(root, "collection/pystolroles"));
  return roles.map(({ metadata }) => metadata.name);
}

/** kind calls the context of its cluster NAME kind-NAME. */
function kindNameOf({ options }: Session): string {
  const name = /^kind-(.+)$/.exec(options.context ?? "")?.[1];
  if (name) return name;
  throw new Error(
    "How to get images into the given cluster is unknown: name a kind cluster by its context (--context kind-NAME), or give images that it can pull with --operator-image and --runner-image.",
  );
}

function refuseBusyPort(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (cause) =>
      reject(
        new Error(
          `127.0.0.1:${port} cannot be listened on (${cause.message}); choose another port with --port.`,
          { cause },
        ),
      ),
    );
    server.listen(port, "127.0.0.1", () => server.close(() => resolve()));
  });
}
