import type { Verdict } from "../crds/verdicts.ts";
import type { FoundRole } from "./collections.ts";
import type { AnsibleEvent, Statistics, TaskEvent } from "./events.ts";

/** Why the runner itself ended the role. */
export type Interruption =
  | { kind: "timeout"; seconds: number }
  /** One attempt to recover took too long. */
  | { kind: "attempt"; seconds: number }
  | { kind: "signal" }
  | { kind: "stop" };

/** How ansible-playbook ended. */
export type Ending = { code: number } | { signal: number } | { lost: string };

export interface RoleRun {
  /** As COLLECTION.ROLE. */
  role: string;
  image: string;
  /** What is where Ansible looks for collections. */
  found: FoundRole["kind"];
  events: readonly AnsibleEvent[];
  ending: Ending;
  interruption: Interruption | undefined;
  /** The last of what Ansible wrote to its standard error. */
  errorOutput: string;
}

export interface Outcome {
  verdict: Verdict;
  message: string;
}

/** Verdicts that a failed task may ask for; a pass is never one of them. */
const OF_A_TASK: ReadonlySet<string> = new Set<Verdict>([
  "Failed",
  "Error",
  "NoTargets",
  "TargetBusy",
]);

/**
 * What came of a role, from what the callback plugin saw and not from the exit code: Ansible ends with 0 also where no host
 * matched, and with 4 both for an unreachable host and for a file that it cannot parse.
 */
export function outcomeOf(run: RoleRun): Outcome {
  if (run.interruption) return interrupted(run.role, run.interruption);
  if ("lost" in run.ending)
    return error(`The process that keeps the role ${run.role} was lost: ${run.ending.lost}.`);
  if ("signal" in run.ending)
    return error(
      `The role ${run.role} was killed: ansible-playbook ended by ${signalName(run.ending.signal)}.`,
    );
  const { events } = run;
  if (!events.some(({ event }) => event === "playStarted" || event === "noHostsMatched"))
    return notStarted(run);
  if (events.some(({ event }) => event === "noHostsMatched"))
    return error(`The role ${run.role} did not run: no host matched.`);
  const statistics = events.find((event): event is Statistics => event.event === "statistics");
  if (!statistics)
    return error(
      `Ansible ended with exit code ${run.ending.code} before the role ${run.role} was done: ${lastError(run)}`,
    );
  if (statistics.unreachable > 0) {
    const event = last(events, "hostUnreachable");
    return error(`Unreachable: ${taskText(event)}`);
  }
  if (statistics.failures > 0) return failed(events);
  if (statistics.processed.length === 0)
    return error(`The role ${run.role} did nothing: Ansible ran no task of it on any host.`);
  if (run.ending.code !== 0)
    return error(
      `Ansible ended with exit code ${run.ending.code} although no task failed: ${lastError(run)}`,
    );
  return { verdict: "Passed", message: passedText(run) };
}

/** A phased role without the entry points that it needs does not run. */
export function missingEntry(
  { collection, role }: { collection: string; role: string },
  missing: readonly string[],
): Outcome | undefined {
  if (missing.length === 0) return undefined;
  const files = missing.map((entry) => `tasks/${entry}.yml`).join(" and ");
  return error(
    `The role ${collection}.${role} has no ${files}, which a phased role needs; nothing was injected.`,
  );
}

/** What the last of the collection's own modules said; what other modules say seldom stands for the whole role. */
function passedText({ role, events }: RoleRun): string {
  const [collection] = splitRole(role);
  const said = events.findLast(
    (event): event is TaskEvent =>
      event.event === "taskOk" &&
      "msg" in event &&
      Boolean(event.msg) &&
      event.action.startsWith(`${collection}.`),
  );
  return said?.msg ?? `The role ${role} passed.`;
}

const error = (message: string): Outcome => ({ verdict: "Error", message });

function interrupted(role: string, interruption: Interruption): Outcome {
  switch (interruption.kind) {
    case "timeout":
      return {
        verdict: "TimedOut",
        message: `The role ${role} was ended: it was not done within spec.timeout, ${interruption.seconds} s.`,
      };
    case "attempt":
      return error(
        `An attempt of the role ${role} to recover took more than ${interruption.seconds} s.`,
      );
    case "signal":
      return {
        verdict: "Aborted",
        message: `The role ${role} was ended: the runner's pod was asked to stop (SIGTERM).`,
      };
    case "stop":
      return { verdict: "Aborted", message: `The role ${role} was ended: spec.stop was set.` };
  }
}

/** Nothing of the playbook ran; Ansible says why on its standard error only. */
function notStarted(run: RoleRun): Outcome {
  const [collection, role] = splitRole(run.role);
  if (run.found === "noCollection")
    return error(
      `The collection ${collection} is not in the runner image ${run.image}, which has to run its role ${role}; build an image with it and name that in the PystolRole's spec.image.`,
    );
  if (run.errorOutput.includes(`role '${run.role}' was not found`))
    return error(
      `The collection ${collection} of the runner image ${run.image} has no role ${role}; look at spec.role of the PystolRole.`,
    );
  return error(`The role ${run.role} could not be loaded: ${lastError(run)}`);
}

function failed(events: readonly AnsibleEvent[]): Outcome {
  const event = events.findLast(
    (one): one is TaskEvent => one.event === "taskFailed" && !("ignored" in one && one.ignored),
  );
  const wished = event?.pystolVerdict;
  if (wished !== undefined && OF_A_TASK.has(wished))
    return { verdict: wished as Verdict, message: event?.msg || taskText(event) };
  // Neither variables that do not fit the role nor tasks that cannot be loaded say anything of the fault.
  const isValidation = /(validate_argument_spec|include_role)$/.test(event?.action ?? "");
  return { verdict: isValidation ? "Error" : "Failed", message: taskText(event) };
}

/** What a task that failed said, as a sentence. */
export function taskText(event: TaskEvent | undefined): string {
  if (!event) return "no task said why";
  const { task, msg = "it gave no message", exitCode, stderr = "" } = event;
  const code = exitCode === undefined ? "" : ` (exit code ${exitCode})`;
  const said = stderr.trim().split("\n").at(-1);
  return `Task "${task}": ${msg}${code}${said ? `: ${said.slice(0, 300)}` : ""}`;
}

function last(events: readonly AnsibleEvent[], name: TaskEvent["event"]): TaskEvent | undefined {
  return events.findLast((event): event is TaskEvent => event.event === name);
}

function lastError({ errorOutput }: RoleRun): string {
  const marked = errorOutput.lastIndexOf("[ERROR]:");
  const text = marked >= 0 ? errorOutput.slice(marked + "[ERROR]:".length) : errorOutput;
  return text.replace(/\s+/g, " ").trim().slice(0, 600) || "it wrote no error.";
}

/** NAMESPACE.NAME and ROLE of NAMESPACE.NAME.ROLE. */
function splitRole(role: string): [string, string] {
  const at = role.lastIndexOf(".");
  return [role.slice(0, at), role.slice(at + 1)];
}

function signalName(number: number): string {
  const names: Record<number, string> = {
    6: "SIGABRT",
    9: "SIGKILL, perhaps because memory ran out",
    11: "SIGSEGV",
    15: "SIGTERM",
  };
  return names[number] ?? `signal ${number}`;
}
