import type { ContainerState, ContainerStatus, Event, Pod } from "./types.ts";

/** Whether a pod does, or did, what it should: it has succeeded, or all of it runs and is ready and was not started again and again. */
export function isHealthy({ status, metadata }: Pod): boolean {
  if (status?.phase === "Succeeded") return true;
  if (status?.phase !== "Running" || metadata.deletionTimestamp) return false;
  const { containerStatuses = [], initContainerStatuses = [] } = status;
  return (
    containerStatuses.every(({ ready }) => ready) &&
    [...containerStatuses, ...initContainerStatuses].every(({ restartCount }) => restartCount < 3)
  );
}

/** Why a pod is not healthy, in a sentence. */
export function troubleOf(pod: Pod): string {
  const { status = {}, metadata } = pod;
  const unscheduled = status.conditions?.find(
    (each) => each.type === "PodScheduled" && each.status === "False",
  );
  if (unscheduled) return `is not scheduled: ${unscheduled.message ?? "no reason given"}`;
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const bad = all.filter(({ ready, restartCount }) => !ready || restartCount > 0);
  const reason = status.reason ? ` (${status.reason}: ${status.message ?? ""})` : "";
  const container = bad.length > 0 ? `: ${bad.map(containerLine).join("; ")}` : "";
  const leaving = metadata.deletionTimestamp ? ", being deleted" : "";
  return `is ${status.phase ?? "Pending"}${leaving}${reason}${container}`;
}

/** A pod with its conditions, its containers' states and its events, as text for a person. */
export function describePod(pod: Pod, events: readonly Event[]): string {
  const { metadata, spec, status = {} } = pod;
  const own = events.filter(({ involvedObject }) => involvedObject.uid === metadata.uid);
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return [
    `Pod ${metadata.namespace}/${metadata.name} ${troubleOf(pod)}`,
    `Node: ${spec.nodeName ?? "none"}`,
    `Created: ${metadata.creationTimestamp ?? "unknown"}`,
    "",
    "Conditions:",
    ...(status.conditions ?? []).map(
      ({ type, status, reason, message }) =>
        `  ${type}=${status}${reason ? ` ${reason}` : ""}${message ? `: ${message}` : ""}`,
    ),
    "",
    "Containers:",
    ...containers.map((each) => `  ${containerLine(each)}`),
    "",
    "Events:",
    ...sortedEvents(own).map((event) => `  ${eventLine(event)}`),
    "",
  ].join("\n");
}

function containerLine(container: ContainerStatus): string {
  const { name, state, lastState, restartCount } = container;
  const last = lastState?.terminated ? `, before that ${stateWords(lastState)}` : "";
  return `${name} ${stateWords(state)}, ${restartCount} restarts${last}`;
}

function stateWords({ waiting, running, terminated }: ContainerState = {}): string {
  if (waiting) {
    return `waits: ${waiting.reason ?? "no reason"}${waiting.message ? ` (${waiting.message})` : ""}`;
  }
  if (terminated) {
    const said = terminated.message ? ` (${terminated.message})` : "";
    const at = terminated.finishedAt ? ` at ${terminated.finishedAt}` : "";
    return `ended with ${terminated.exitCode}${at}: ${terminated.reason ?? "no reason"}${said}`;
  }
  return running ? `runs since ${running.startedAt ?? "unknown"}` : "has no state";
}

/** When an event was last seen. */
function timeOf({ lastTimestamp, eventTime, series, firstTimestamp, metadata }: Event): string {
  const time = series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? firstTimestamp;
  return time ?? metadata.creationTimestamp ?? "";
}

/** The oldest first. */
export function sortedEvents(events: readonly Event[]): Event[] {
  const ms = (event: Event) => Date.parse(timeOf(event)) || 0;
  return [...events].sort((one, other) => ms(one) - ms(other));
}

/** An event on one line. */
export function eventLine(event: Event): string {
  const { type = "Normal", reason = "-", involvedObject, message = "", series, count } = event;
  const times = series?.count ?? count ?? 1;
  const what = `${involvedObject.kind ?? "?"}/${involvedObject.name ?? "?"}`;
  const said = message.replace(/\s+/g, " ");
  return `${timeOf(event) || "-"} ${type} ${reason} ${what}${times > 1 ? ` (x${times})` : ""}: ${said}`;
}
