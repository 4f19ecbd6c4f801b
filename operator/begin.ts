import { ENABLED_LABEL, type PystolAction } from "../kubernetes/resources.ts";
import { refusals } from "./accept.ts";
import { secondsOf } from "./duration.ts";
import { ACTION_FINALIZER } from "./finalizers.ts";
import { ask, createdMs, planOf, runNamed, waitFor } from "./plan.ts";
import type { Plan, RunSettings, Step, World } from "./reconcile.ts";
import { isUndoable, runFor } from "./run.ts";
import { endedStatus, isSame, queuedStatus, type Waiting } from "./status.ts";

/** A role or a label that was applied just before the action may reach us after it. */
const NEWS_MS = 3_000;
/** How often an action that waits looks whether its position is worth writing. */
const QUEUE_LOOK_MS = 10_000;

/** An action without a run: it is refused, waits for its turn, or gets its run. */
export function begin(
  action: PystolAction,
  world: World,
  settings: RunSettings,
  nowMs: number,
): Plan {
  const now = new Date(nowMs).toISOString();
  const finish = (verdict: "Error" | "Aborted", reason: string, message: string): Plan => {
    const status = endedStatus(action, undefined, { verdict, reason, message }, now);
    const held = action.metadata.finalizers?.includes(ACTION_FINALIZER);
    const release: Step[] = held ? [{ kind: "removeFinalizer", action }] : [];
    return planOf(...release, { kind: "setStatus", action, status });
  };
  const named = action.status?.run;
  if (named) {
    // The cache of runs may be behind that of actions, as after a start.
    if (world.findings.get(named)?.state !== "gone")
      return ask(runNamed(named), world.findings, nowMs);
    return finish(
      "Error",
      "RunLost",
      `PystolRun ${named} was deleted before it reported. The fault may have been injected.`,
    );
  }
  if (action.spec.stop)
    return finish(
      "Aborted",
      "Stopped",
      "Stopped by spec.stop before it started. Nothing was injected.",
    );
  const [reason, ...more] = refusals(action, world.role, world.namespace, settings);
  const patienceMs = Math.min(createdMs(action, nowMs) + NEWS_MS - nowMs, NEWS_MS);
  if (reason && patienceMs > 0 && !isKnown(world)) return waitFor(patienceMs);
  if (reason || !world.role) return finish("Error", "NotAccepted", [reason, ...more].join(" "));
  const deadlineSeconds = secondsOf(action.spec.startDeadline ?? "1m");
  const untilMs = createdMs(action, nowMs) + deadlineSeconds * 1000;
  const waiting = waitingOf(world);
  if (nowMs > untilMs) {
    const why = waiting ? ` ${waiting.message}` : "";
    return finish(
      "Error",
      "StartDeadlineExceeded",
      `The operator did not start it within ${deadlineSeconds} s (spec.startDeadline).${why} Nothing was injected.`,
    );
  }
  if (waiting) return queue(action, waiting, untilMs, nowMs);
  const steps: Step[] = [];
  const run = runFor(action, world.role, settings.runnerImage);
  // Deletion must undo first. Without anything to undo, the run ends by itself.
  if (isUndoable(run) && !action.metadata.finalizers?.includes(ACTION_FINALIZER))
    steps.push({ kind: "addFinalizer", action });
  steps.push({ kind: "createRun", run });
  return { steps };
}

function waitingOf({ isStopped, turn }: World): Waiting | undefined {
  if (isStopped) {
    const message = "The platform's stop is set (ConfigMap pystol-stop in pystol-system).";
    return { reason: "PlatformStopped", message, position: undefined };
  }
  if (turn.kind === "start") return undefined;
  const { reason, position } = turn;
  const message =
    reason === "NamespaceQuota"
      ? "As many actions of its namespace run as may at once."
      : "As many actions run as may at once.";
  return { reason, message, position };
}

/** The position is written at first, and then when it has halved or is among the first, so that a long queue costs few writes. */
function queue(action: PystolAction, waiting: Waiting, untilMs: number, nowMs: number): Plan {
  const known = action.status?.queuePosition;
  const isNews =
    waiting.position === undefined ||
    known === undefined ||
    waiting.position < 5 ||
    waiting.position <= known / 2;
  const shown = isNews ? waiting : { ...waiting, position: known };
  const status = queuedStatus(action, shown, new Date(nowMs).toISOString());
  const requeueAfterMs = Math.max(0, Math.min(untilMs - nowMs, QUEUE_LOOK_MS));
  return isSame(action.status, status)
    ? { steps: [], requeueAfterMs }
    : { steps: [{ kind: "setStatus", action, status }], requeueAfterMs };
}

function isKnown({ role, namespace }: World): boolean {
  return role !== undefined && namespace?.metadata.labels?.[ENABLED_LABEL] === "true";
}
