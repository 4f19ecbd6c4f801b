import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "../../kubernetes/client.ts";
import { ConnectionError } from "../../kubernetes/errors.ts";
import { keyOf, type PystolAction, pystolActions } from "../../kubernetes/resources.ts";
import type { Manifest } from "../manifests/parse.ts";
import type { Progress } from "../progress.ts";
import { createAction } from "../submit.ts";
import { boundMs, isActive, isFinished, overdueMessage, phaseLine } from "./judge.ts";
import type { Lookout } from "./lookout.ts";

/** How long a watch may say nothing until the server itself is asked: one whose connection broke unnoticed is silent for longer. */
const ASK_AFTER_MS = 15_000;
/** Waited before each look for an action whose creation was not answered. */
const LOOK_AGAIN_MS = [0, 1000, 5000];

/** What became of a manifest: the action as last seen, and why there is no verdict where there is none. */
export interface Ending {
  manifest: Manifest;
  action?: PystolAction;
  problem?: string;
}

/** What every action of a run is followed with. */
export interface Watch {
  client: Client;
  lookout: Lookout;
  progress: Progress;
  /** When it is aborted, everything that is under way is asked to stop and given up. */
  signal: AbortSignal;
  /** Called with each action as soon as it exists. */
  onCreated: (action: PystolAction) => void;
}

/** An action that is being followed to its end. */
export interface Followed {
  /** When the fault began to act, in ms of performance.now(); undefined if it ended before. Never rejects. */
  active: Promise<number | undefined>;
  /** Never rejects: whatever happens to an action is its ending. */
  ended: Promise<Ending>;
  /** The action as last seen. */
  last(): PystolAction | undefined;
  /** Whether it is known to have ended. */
  isOver(): boolean;
  /** Reads the action from the server itself, so that `last` is not older than this call. */
  refresh(): Promise<void>;
  /** Asks the action to stop, which ends a fault that is held: it recovers, and its verdict follows. */
  stop(): Promise<void>;
}

/**
 * Creates an action and follows it until it has ended or run out of its time. One that is given up is asked to stop, so that it
 * does not go on changing the cluster unwatched. `isHeld` says whether its role holds a fault.
 */
export function follow(watch: Watch, manifest: Manifest, isHeld: boolean): Followed {
  const active = Promise.withResolvers<number | undefined>();
  let seen: PystolAction | undefined;
  let isOver = false;
  const onSeen = (action: PystolAction) => {
    seen = action;
    isOver ||= isFinished(action);
    if (isActive(action, isHeld)) active.resolve(performance.now());
  };
  const ended = untilEnded(watch, manifest, onSeen).then((ending) => {
    isOver = true;
    active.resolve(undefined);
    return ending;
  });
  return {
    active: active.promise,
    ended,
    last: () => seen,
    isOver: () => isOver,
    refresh: async () => {
      const found = seen && (await watch.lookout.ask(seen).catch(() => undefined));
      if (found) onSeen(found);
    },
    stop: async () => {
      if (seen && !isOver) await askToStop(watch, seen);
    },
  };
}

async function untilEnded(
  watch: Watch,
  manifest: Manifest,
  onSeen: (action: PystolAction) => void,
): Promise<Ending> {
  if (watch.signal.aborted) {
    return { manifest, problem: `It was never created: ${reasonOf(watch.signal)}` };
  }
  let created: PystolAction | undefined;
  try {
    created = await createOrFind(watch, manifest);
    watch.onCreated(created);
    watch.progress(`${keyOf(created)}: created`);
    onSeen(created);
    return { manifest, ...(await untilFinished(watch, created, onSeen)) };
  } catch (error) {
    const problem = `It could not be followed: ${(error as Error).message}`;
    if (!created) return { manifest, problem };
    await askToStop(watch, created);
    return { manifest, action: created, problem };
  }
}

/** An action whose creation was not answered may be there all the same, and its fault would act unwatched. */
async function createOrFind(watch: Watch, manifest: Manifest): Promise<PystolAction> {
  const { client, signal, progress } = watch;
  const beganMs = client.serverTimeMs();
  try {
    return await createAction(client, manifest);
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    for (const waitMs of LOOK_AGAIN_MS) {
      await delay(waitMs, undefined, { signal }).catch(() => undefined);
      const found = await client.get(pystolActions, manifest.action.metadata).catch((lost) => lost);
      if (found instanceof ConnectionError) continue;
      // One that is older is somebody's. The API server's times are whole seconds.
      const createdMs = found instanceof Error ? 0 : Date.parse(found.metadata.creationTimestamp);
      if (!(createdMs >= beganMs - 1000)) break;
      progress(`${keyOf(found)}: is there, though its creation failed: ${error.message}`);
      return found;
    }
    throw error;
  }
}

async function untilFinished(
  watch: Watch,
  created: PystolAction,
  onSeen: (action: PystolAction) => void,
): Promise<{ action: PystolAction; problem?: string }> {
  const { lookout, signal, progress } = watch;
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
    onSeen(action);
    const line = phaseLine(action);
    if (line !== said) progress(`${keyOf(action)}: ${line}`);
    said = line;
    if (isFinished(action)) return { action };
    const problem = signal.aborted
      ? `${reasonOf(signal)}; it was last seen ${action.status?.phase ?? "untouched by the operator"}`
      : performance.now() >= deadline && overdueMessage(action);
    if (problem) {
      await askToStop(watch, action);
      return { action, problem };
    }
    isTold = await changed;
  }
}

async function askToStop({ client, progress }: Watch, action: PystolAction): Promise<void> {
  const { name, namespace } = action.metadata;
  try {
    await client.mergePatch(pystolActions, { name, namespace }, { spec: { stop: true } });
    progress(`${keyOf(action)}: asked to stop`);
  } catch (error) {
    progress(`${keyOf(action)}: could not be asked to stop: ${(error as Error).message}`);
  }
}

/** Why a run was given up, as a sentence without its end. */
export function reasonOf({ reason }: AbortSignal): string {
  return reason instanceof DOMException && reason.name === "TimeoutError"
    ? "The time for all actions together was over"
    : `The wait was ended (${(reason as Error).message})`;
}
