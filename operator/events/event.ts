import { microTime } from "../../kubernetes/micro-time.ts";
import type { PystolAction, Resource, ResourceType } from "../../kubernetes/resources.ts";
import type { News } from "../metrics/news.ts";

/** The fields of an Event that are written: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ */
export interface Event extends Resource {
  eventTime: string;
  reportingController: string;
  reportingInstance: string;
  action: string;
  reason: string;
  type: "Normal" | "Warning";
  note: string;
  regarding: { apiVersion: string; kind: string; namespace: string; name: string; uid: string };
}

export const events: ResourceType<Event> = {
  apiVersion: "events.k8s.io/v1",
  kind: "Event",
  plural: "events",
  namespaced: true,
};

/** What is said of an action, before it is known when and by whom. */
export interface Said {
  /** One of the three moments of an action's life. An Event of one action and moment exists once. */
  moment: "started" | "injected" | "ended";
  /** A word, for programs. */
  reason: string;
  type: Event["type"];
  note: string;
}

const CONTROLLER = "pystol.org/operator";
const LONGEST_NOTE_BYTES = 1024; // refused above: https://github.com/kubernetes/api/blob/master/events/v1/types.go
const LONGEST_INSTANCE = 128;

/**
 * At most three for an action: that its runner started, that the fault was injected, and the verdict. A verdict that the author
 * expected is Normal. Where changes were left, that is the reason of the last one, since somebody must act.
 */
export function saidOf({
  action,
  status,
  startedAfterSeconds,
  isInjected,
  verdict,
  unrecovered,
}: News): Said[] {
  const said: Said[] = [];
  if (startedAfterSeconds !== undefined && !verdict) {
    const note = `The runner of ${action.spec.role} started, in PystolRun ${status.run ?? "unknown"}.`;
    said.push({ moment: "started", reason: "Started", type: "Normal", note });
  }
  if (isInjected) {
    const note = `The effect of ${action.spec.role} was seen.`;
    said.push({ moment: "injected", reason: "Injected", type: "Normal", note });
  }
  if (verdict) {
    const isExpected = (action.spec.expect ?? ["Passed"]).includes(verdict) && !unrecovered;
    said.push({
      moment: "ended",
      reason: unrecovered ?? verdict,
      type: isExpected ? "Normal" : "Warning",
      note: `${verdict}: ${status.message ?? "no message"}`,
    });
  }
  return said;
}

/** That an action goes while changes of its run are left; unless its verdict has said so already. */
export function saidOfLeft(left: readonly string[]): Said {
  const note = `The action is deleted, and these changes were not undone: ${left.join("; ")}.`;
  return { moment: "ended", reason: "RecoveryFailed", type: "Warning", note };
}

/** Its name is made of the action's UID and the moment: an operator that starts again does not say it twice. */
export function eventOf(
  { metadata: { uid = "", name, namespace = "" } }: Pick<PystolAction, "metadata">,
  said: Said,
  by: { instance: string; nowMs: number },
): Event {
  return {
    apiVersion: events.apiVersion,
    kind: events.kind,
    metadata: { name: `pa-${uid}.${said.moment}`, namespace },
    eventTime: microTime(by.nowMs),
    reportingController: CONTROLLER,
    reportingInstance: by.instance.slice(0, LONGEST_INSTANCE),
    action: "Run",
    reason: said.reason,
    type: said.type,
    note: cut(said.note, LONGEST_NOTE_BYTES),
    regarding: {
      ...{ apiVersion: "pystol.org/v1alpha1", kind: "PystolAction" },
      ...{ namespace, name, uid },
    },
  };
}

/** At most so many bytes of UTF-8, without half a character at the end. */
function cut(text: string, bytes: number): string {
  const encoded = Buffer.from(text);
  if (encoded.length <= bytes) return text;
  return `${new TextDecoder().decode(encoded.subarray(0, bytes - 3), { stream: true })}…`;
}
