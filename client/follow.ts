import type { Client } from "../kubernetes/client.ts";
import { keyOf, type PystolAction, pystolActions } from "../kubernetes/resources.ts";
import { boundMs, isFinished, overdueMessage, phaseLine } from "./judge.ts";
import { Lookout } from "./lookout.ts";
import type { Manifest } from "./manifests/parse.ts";
import type { Progress } from "./progress.ts";
import { createAction } from "./submit.ts";

/** How long a watch may say nothing until the server itself is asked: one whose connection broke unnoticed is silent for longer. */
const ASK_AFTER_MS = 15_000;

/** What became of a manifest: the action as last seen, and why there is no verdict where there is none. */
export interface Ending {
  manifest: Manifest;
  action?: PystolAction;
  problem?: string;
}

export interface FollowOptions {
  /** How many actions may be under way at once; the next is created when one has ended, in the order of the manifests. */
  concurrency: number;
  /** How long all of them may take together. */
  timeoutMs: number;
  progress: Progress;
  /** Ends the wait. */
  signal?: AbortSignal | undefined;
}

/**
 * Creates actions and follows each until it has ended or run out of its time. Returns one ending for each manifest, in their
 * order, and never throws for what happens to an action. One that is given up is asked to stop, so that it does not go on
 * changing the cluster unwatched.
 */
export async function runActions(
  client: Client,
  manifests: readonly Manifest[],
  options: FollowOptions,
): Promise<Ending[]> {
  const tooLong = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, tooLong]) : tooLong;
  const lookout = new Lookout(client, options.progress);
  const follower = { client, lookout, progress: options.progress, signal };
  const endings: Ending[] = [];
  const waiting = [...manifests.entries()];
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, manifest] = next;
      endings[index] = await runOne(follower, manifest);
    }
  };
  try {
    await Promise.all(Array.from({ length: options.concurrency }, lane));
    return endings;
  } finally {
    await lookout.close();
  }
}

interface Follower {
  client: Client;
  lookout: Lookout;
  progress: Progress;
  signal: AbortSignal;
}

async function runOne(follower: Follower, manifest: Manifest): Promise<Ending> {
  if (follower.signal.aborted) {
    return { manifest, problem: `It was never created: ${reasonOf(follower.signal)}` };
  }
  try {
    const created = await createAction(follower.client, manifest);
    follower.progress(`${keyOf(created)}: created`);
    return { manifest, ...(await untilEnded(follower, created)) };
  } catch (error) {
    return { manifest, problem: `It could not be followed: ${(error as Error).message}` };
  }
}

async function untilEnded(
  follower: Follower,
  created: PystolAction,
): Promise<{ action: PystolAction; problem?: string }> {
  const { lookout, signal, progress } = follower;
  const deadline = performance.now() + boundMs(created);
  lookout.add(created);
  let action = created;
  let said: string | undefined;
  let isTold = true;
  for (;;) {
    const changed = lookout.changed(Math.min(deadline - performance.now(), ASK_AFTER_MS), signal);
    const seen = await (isTold ? lookout.get(action) : lookout.ask(action)).catch(
      (error: Error) => {
        // What the fault does is not known, so it is not given up: its own deadline, or that of all, ends this.
        progress(`${keyOf(created)}: cannot be read, trying again: ${error.message}`);
        return action;
      },
    );
    if (!seen) return { action, problem: "It was deleted before it had a verdict" };
    action = seen;
    const line = phaseLine(action);
    if (line !== said) progress(`${keyOf(action)}: ${line}`);
    said = line;
    if (isFinished(action)) return { action };
    const problem = signal.aborted
      ? `${reasonOf(signal)}; it was last seen ${action.status?.phase ?? "untouched by the operator"}`
      : performance.now() >= deadline && overdueMessage(action);
    if (problem) {
      await askToStop(follower, action);
      return { action, problem };
    }
    isTold = await changed;
  }
}

async function askToStop({ client, progress }: Follower, action: PystolAction): Promise<void> {
  const { name, namespace } = action.metadata;
  try {
    await client.mergePatch(pystolActions, { name, namespace }, { spec: { stop: true } });
    progress(`${keyOf(action)}: asked to stop`);
  } catch (error) {
    progress(`${keyOf(action)}: could not be asked to stop: ${(error as Error).message}`);
  }
}

function reasonOf({ reason }: AbortSignal): string {
  return reason instanceof DOMException && reason.name === "TimeoutError"
    ? "The time for all actions together was over"
    : `The wait was ended (${(reason as Error).message})`;
}
