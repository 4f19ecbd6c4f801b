import { setTimeout as delay } from "node:timers/promises";
import { CommandError } from "../command.ts";
import { connect } from "../connect.ts";
import { formatSpan } from "../duration.ts";
import type { Progress } from "../progress.ts";
import { kindConfigFacts } from "./config.ts";
import { passingFailure } from "./create-failure.ts";
import { deleteKindCluster } from "./delete.ts";
import type { Engine } from "./engine.ts";
import { type Kind, kind, kindClusters } from "./kind.ts";
import { loadNodeImage } from "./node-image.ts";
import { untilReady } from "./ready.ts";

/** Waited before the second and the third try. */
const DELAYS_MS = [5000, 20_000];

export interface KindClusterOptions {
  program: Kind;
  name: string;
  /** Where its kubeconfig is written; no other kubeconfig is touched. */
  kubeconfig: string;
  /** Text of the configuration file. */
  config: string;
  /** The node image; without it, kind's own choice. */
  image?: string | undefined;
  /** Loads the node image from this file into the engine first, for a machine that cannot pull it. */
  nodeImageArchive?: { file: string; engine: Engine } | undefined;
  readyTimeoutMs: number;
  progress: Progress;
  signal?: AbortSignal | undefined;
  /** Called once it is certain that no cluster has this name, before anything is made: the moment to write down what to delete. Again before another try. */
  beforeCreate: () => void;
  /** Called when it is certain that nothing of ours has this name: what was made is removed, or somebody else took the name. */
  onNothingLeft: () => void;
  /** Called when the last try has failed and the nodes are still there. What it throws is said, and hides nothing. */
  onFailed?: ((error: Error) => Promise<void>) | undefined;
  delaysMs?: readonly number[] | undefined;
}

/**
 * Makes a kind cluster and returns when it can run pods. If that fails, what was made is gone again when the error is thrown,
 * and the error has the reason. A cluster that already has the name is an error, and stays as it is. Where kind failed for a reason
 * that may pass, such as a registry's, it tries twice more. Where the signal ended it, what was made stays, and is the caller's to
 * remove: `beforeCreate` has said what it is.
 */
export async function createKindCluster(options: KindClusterOptions): Promise<void> {
  const { progress, signal, delaysMs = DELAYS_MS } = options;
  const image = options.nodeImageArchive
    ? await loadNodeImage({ ...options.nodeImageArchive, image: options.image, progress, signal })
    : options.image;
  for (let tries = 1; ; tries += 1) {
    try {
      return await createOnce({ ...options, image, waitMs: delaysMs[tries - 1] });
    } catch (error) {
      if (!(error instanceof Retry)) throw error;
      progress(
        `kind failed because ${error.reason}; try ${tries + 1} of ${delaysMs.length + 1} begins in ${formatSpan(error.waitMs)}`,
      );
      await delay(error.waitMs, undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
  }
}

/** A try has failed, nothing of it is left, and another one may do better. */
class Retry extends Error {
  readonly reason: string;
  readonly waitMs: number;

  constructor(options: { reason: string; waitMs: number; cause: unknown }) {
    super(options.reason, { cause: options.cause });
    this.reason = options.reason;
    this.waitMs = options.waitMs;
  }
}

interface Try extends KindClusterOptions {
  /** The pause before the next try; without it this is the last one. */
  waitMs: number | undefined;
}

async function createOnce(options: Try): Promise<void> {
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
    await fail(options, error as Error);
  }
}

/** Removes what a failed try has left, and throws what is to come of it. */
async function fail(options: Try, error: Error): Promise<never> {
  const { program, name, kubeconfig, progress, signal, waitMs } = options;
  if (isNameTaken(error)) {
    options.onNothingLeft();
    throw error;
  }
  // Who ended it has no time to wait for the removal, and knows from beforeCreate what there is to remove.
  if (signal?.aborted) throw error;
  const output = error instanceof CommandError ? error.output : "";
  const { hasFixedPorts } = kindConfigFacts(options.config);
  const reason = waitMs !== undefined ? passingFailure(output, hasFixedPorts) : undefined;
  if (!reason) await diagnose(options, error);
  progress(`Removing the cluster ${name}, because it did not come up`);
  try {
    await deleteKindCluster({ program, name, kubeconfig });
    options.onNothingLeft();
  } catch (leftover) {
    throw new Error(
      `${error.message}\nIt could not be removed either: ${(leftover as Error).message}`,
      { cause: error },
    );
  }
  if (reason !== undefined && waitMs !== undefined)
    throw new Retry({ reason, waitMs, cause: error });
  throw error;
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

async function diagnose({ onFailed, progress }: Try, error: Error): Promise<void> {
  try {
    await onFailed?.(error);
  } catch (problem) {
    progress(`What was wrong could not be looked into: ${(problem as Error).message}`);
  }
}

/** Somebody made a cluster of that name between our look and kind's own. */
function isNameTaken(error: Error): boolean {
  return /already exist for a cluster with the name/.test(error.message);
}
