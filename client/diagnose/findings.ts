import type { Resource } from "../../kubernetes/resources.ts";
import { eventLine, isHealthy, sortedEvents, troubleOf } from "./describe.ts";
import type { Conditioned, Event, Pod } from "./types.ts";

const MOST_EACH = 30;

/** What was read of a cluster. */
export interface Seen {
  objects: readonly Resource[];
  pods: readonly Pod[];
  events: readonly Event[];
}

/** What looks wrong, a line each, the most telling first. Empty where nothing does. */
export function findingsOf({ objects, pods, events }: Seen): string[] {
  const of = (kind: string) => objects.filter((each) => each.kind === kind) as Conditioned[];
  const recent = sortedEvents(events.filter(({ type }) => type === "Warning")).slice(-MOST_EACH);
  return [
    ...of("Node")
      .filter((node) => conditionOf(node, "Ready") !== "True")
      .map((node) => `Node ${node.metadata.name} is not ready: ${reasonOf(node, "Ready")}`),
    ...of("PystolAction")
      .filter(hasTrouble)
      .map(
        (each) =>
          `PystolAction ${nameOf(each)}: ${each.status?.verdict ?? "no verdict yet"}: ${each.status?.message ?? "it has said nothing"}`,
      ),
    ...of("Deployment")
      .filter(isUnavailable)
      .map(
        (each) =>
          `Deployment ${nameOf(each)} has ${each.status?.availableReplicas ?? 0} of ${each.spec?.replicas ?? 1} replicas: ${reasonOf(each, "Available")}`,
      ),
    ...pods
      .filter((pod) => !isHealthy(pod))
      .map((pod) => `Pod ${nameOf(pod)} ${troubleOf(pod)}`)
      .slice(0, MOST_EACH),
    ...of("Job")
      .filter((job) => conditionOf(job, "Failed") === "True")
      .map((job) => `Job ${nameOf(job)} failed: ${reasonOf(job, "Failed")}`),
    ...recent.map((event) => `Event in ${event.metadata.namespace}: ${eventLine(event)}`),
  ];
}

/** The text of index.txt: what looks wrong, what could not be collected, what there is. */
export function indexText(options: {
  findings: readonly string[];
  problems: readonly string[];
  files: readonly { path: string; bytes: number }[];
}): string {
  const { findings, problems, files } = options;
  const listed = [...files].sort((one, other) => (one.path < other.path ? -1 : 1));
  const part = (title: string, lines: readonly string[], none: string) => [
    title,
    ...(lines.length > 0 ? lines : [none]).map(
      (line) => `  ${line.replace(/\s+/g, " ").slice(0, 1000)}`,
    ),
    "",
  ];
  return [
    ...part("What looks wrong:", findings, "nothing that Pystol knows of"),
    ...part("What could not be collected:", problems, "nothing"),
    "Secrets were taken out of all files: values of the cluster's Secrets, and what looks like a secret.",
    "",
    ...part(
      `Files, ${files.length}:`,
      listed.map(({ path, bytes }) => `${path} (${bytes} bytes)`),
      "none",
    ),
  ].join("\n");
}

function hasTrouble({ status }: Conditioned): boolean {
  return status?.verdict !== "Passed";
}

function isUnavailable({ spec, status }: Conditioned): boolean {
  return (status?.availableReplicas ?? 0) < (spec?.replicas ?? 1);
}

function nameOf({ metadata }: Resource): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function find({ status }: Conditioned, type: string) {
  return status?.conditions?.find((condition) => condition.type === type);
}

function conditionOf(object: Conditioned, type: string): string | undefined {
  return find(object, type)?.status;
}

function reasonOf(object: Conditioned, type: string): string {
  const condition = find(object, type);
  if (!condition) return `it has no condition ${type} yet`;
  return condition.message || condition.reason || "no reason given";
}
