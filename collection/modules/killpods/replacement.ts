import type { Pod } from "../pods/pod.ts";
import type { PodWatch } from "../pods/pod-watch.ts";
import { takesPlaceOf, unassignedReplacements } from "./pods.ts";

/** What is known when a replacement of one killed pod is looked for. */
export interface Known {
  /** The UID of the killed pod's controller. */
  controller: string;
  killed: Pod;
  /** UIDs of the pods that were there before anything was killed. */
  before: ReadonlySet<string>;
  /** UIDs of pods that replace another target already; what is found is added. */
  assigned: Set<string>;
}

/**
 * The first new Ready pod in the killed one's place, or undefined if there is none until the deadline (ms since the epoch). No
 * pod replaces two: it is taken in the same moment in which it is found, before anybody else can look.
 */
export async function replacementOf(
  watch: Pick<PodWatch, "all" | "until">,
  known: Known,
  deadline: number,
): Promise<Pod | undefined> {
  let found: Pod | undefined;
  await watch.until(() => {
    found ??= unassignedReplacements(watch.all(), known).find((pod) =>
      takesPlaceOf(known.killed, pod),
    );
    if (found) known.assigned.add(found.metadata.uid ?? "");
    return found !== undefined;
  }, deadline);
  return found;
}
