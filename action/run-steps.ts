import { formatSpan } from "../client/duration.ts";
import type { Run, Step } from "./context.ts";
import { messageOf } from "./messages.ts";

/** How long a step may go on once the workflow is cancelled: a runner waits 7.5 s, and the report has to be written in them. */
const GRACE_MS = 3000;

/**
 * Runs the steps in order until one fails, each as a group of the log, and keeps how long each took. Returns what the first
 * failure threw. Once the workflow is cancelled, the step under way is given up after 3 s.
 */
export async function runSteps(steps: readonly Step[], run: Run): Promise<unknown> {
  for (const step of steps) {
    const reason = step.skip(run);
    if (reason !== undefined) {
      run.steps.push({ name: step.name, outcome: "skipped", seconds: 0, message: reason });
      run.workflow.say(`${step.title}: skipped, ${reason}`);
      continue;
    }
    const failure = await runStep(step, run);
    if (failure) return failure.error;
  }
  return undefined;
}

async function runStep(step: Step, run: Run): Promise<{ error: unknown } | undefined> {
  const began = performance.now();
  let failure: { error: unknown } | undefined;
  await run.workflow.group(step.title, async () => {
    try {
      run.signal.throwIfAborted();
      await withGrace(step.run(run), run.signal);
    } catch (error) {
      failure = { error };
      run.workflow.say(messageOf(error));
    }
  });
  const took = performance.now() - began;
  run.steps.push({
    name: step.name,
    outcome: failure ? "failed" : "passed",
    seconds: Math.round(took / 100) / 10,
    ...(failure ? { message: messageOf(failure.error).slice(0, 2000) } : {}),
  });
  run.workflow.say(`${step.title}: ${failure ? "failed after" : "done in"} ${formatSpan(took)}`);
  return failure;
}

async function withGrace(running: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const giveUp = () => {
    timer = setTimeout(() => reject(signal.reason as Error), GRACE_MS);
  };
  signal.addEventListener("abort", giveUp, { once: true });
  running.catch(() => undefined); // after the grace nobody waits for it
  try {
    await Promise.race([running, late]);
  } finally {
    signal.removeEventListener("abort", giveUp);
    clearTimeout(timer);
  }
}
