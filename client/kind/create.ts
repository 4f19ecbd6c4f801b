import { connect } from "../connect.ts";
import type { Progress } from "../progress.ts";
import { deleteKindCluster } from "./delete.ts";
import { type Kind, kind, kindClusters } from "./kind.ts";
import { untilReady } from "./ready.ts";

export interface KindClusterOptions {
  program: Kind;
  name: string;
  /** Where its kubeconfig is written; no other kubeconfig is touched. */
  kubeconfig: string;
  /** Text of the configuration file. */
  config: string;
  /** The node image; without it, kind's own choice. */
  image?: string | undefined;
  readyTimeoutMs: number;
  /** Where the logs of a cluster that did not come up are left. */
  logs: string;
  progress: Progress;
  signal?: AbortSignal | undefined;
  /** Called once it is certain that no cluster has this name, before anything is made: the moment to write down what to delete. */
  beforeCreate: () => void;
  /** Called when it is certain that nothing of ours has this name: what was made is removed, or somebody else took the name. */
  onNothingLeft: () => void;
}

/**
 * Makes a kind cluster and returns when it can run pods. If that fails, what was made is gone again when the error is thrown,
 * and the error has the reason. A cluster that already has the name is an error, and stays as it is.
 */
export async function createKindCluster(options: KindClusterOptions): Promise<void> {
  const { program, name, progress, signal } = options;
  if ((await kindClusters(program, signal)).includes(name)) {
    throw new Error(
      `A kind cluster named "${name}" exists already and was not made by this run, so it is left alone. Choose another name, give its kubeconfig to use it, or remove it with: kind delete cluster --name ${name}`,
    );
  }
  options.beforeCreate();
  const args = ["create", "cluster", "--name", name, "--kubeconfig", options.kubeconfig];
  const image = options.image ? ["--image", options.image] : [];
  try {
    // kind would delete the nodes that tell why it failed, and would call a cluster that never got ready a success.
    await kind(program, [...args, ...image, "--config", "-", "--retain"], {
      stdin: options.config,
      onLine: progress,
      signal,
    });
    await untilClusterReady(options);
  } catch (error) {
    if (isNameTaken(error)) {
      options.onNothingLeft();
      throw error;
    }
    progress(`Removing the cluster ${name}, because it did not come up`);
    if (!signal?.aborted) await exportLogs(options);
    try {
      await deleteKindCluster({ program, name, kubeconfig: options.kubeconfig });
      options.onNothingLeft();
    } catch (leftover) {
      throw new Error(
        `${(error as Error).message}\nIt could not be removed either: ${(leftover as Error).message}`,
        { cause: error },
      );
    }
    throw error;
  }
}

async function untilClusterReady(options: KindClusterOptions): Promise<void> {
  const { client } = await connect({ kubeconfig: options.kubeconfig });
  try {
    await untilReady(client, {
      timeoutMs: options.readyTimeoutMs,
      progress: options.progress,
      signal: options.signal,
    });
  } finally {
    await client.close();
  }
}

/** Keeps what the nodes say. That it failed must not hide why the cluster did. */
async function exportLogs({ program, name, logs, progress }: KindClusterOptions): Promise<void> {
  try {
    await kind(program, ["export", "logs", logs, "--name", name]);
    progress(`Its logs are in ${logs}`);
  } catch (error) {
    progress(`Its logs could not be kept: ${(error as Error).message}`);
  }
}

/** Somebody made a cluster of that name between our look and kind's own. */
function isNameTaken(error: unknown): boolean {
  return /already exist for a cluster with the name/.test((error as Error).message);
}
