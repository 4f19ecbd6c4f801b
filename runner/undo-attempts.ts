import type { AnsibleEvent, TaskEvent } from "./events.ts";
import { undoTaskName } from "./playbook.ts";
import type { UndoRecord } from "./records.ts";
import { taskText } from "./verdict.ts";

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 8000;

/** How long to wait after that many attempts of one record. */
export function retryAfterMs(attempts: number): number {
  return Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.max(0, attempts - 1));
}

/**
 * Which records of a play that undoes each on its own were attempted, and what their tasks said where one failed. A play that
 * was ended did not come to all of them.
 */
export function attemptsOf(
  events: readonly AnsibleEvent[],
  records: readonly UndoRecord[],
): Map<string, string | undefined> {
  const byTask = new Map(records.map(({ id }, index) => [undoTaskName(index), id]));
  const attempts = new Map<string, string | undefined>();
  let current: string | undefined;
  for (const event of events) {
    if (event.event === "taskStarted") {
      const started = byTask.get(event.task ?? "");
      if (started === undefined) continue;
      current = started;
      attempts.set(current, undefined);
    } else if (event.event === "taskFailed" && current !== undefined && !isIgnored(event)) {
      attempts.set(current, taskText(event));
    }
  }
  return attempts;
}

const isIgnored = (event: TaskEvent) => event.ignored === true;
