import type { Client } from "../../kubernetes/client.ts";
import { keyOf, type PystolAction, pystolActions } from "../../kubernetes/resources.ts";
import type { Manifest } from "../manifests/parse.ts";
import type { Progress } from "../progress.ts";
import { createAction } from "../submit.ts";
import { boundMs, isActive, isFinished, overdueMessage, phaseLine } from "./judge.ts";
import type { Lookout } from "./lookout.ts";

/** How long a watch may say nothing until the server itself is asked: one whose connection broke unnoticed is silent for longer. */
const ASK_AFTER_MS = 15_000;

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
  try {
    const created = await createAction(watch.client, manifest);
    watch.onCreated(created);
    watch.progress(`${keyOf(created)}: created`);
    onSeen(created);
    return { manifest, ...(await untilFinished(watch, created, onSeen)) };
  } catch (error) {
    return { manifest, problem: `It could not be followed: ${(error as Error).message}` };
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
