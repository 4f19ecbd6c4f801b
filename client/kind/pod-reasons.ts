import { type Pod, trouble } from "../deploy/rollout.ts";

/** Why pods do not run, a sentence each, for those that waiting alone does not help. */
export function podReasons(pods: readonly Pod[]): string[] {
  return pods.flatMap((pod) => {
    const { namespace, name } = pod.metadata;
    const found = trouble(pod);
    if (found) return [`pod ${namespace}/${name} waits: ${found.reason}`];
    const unscheduled = pod.status?.conditions?.find(
      ({ type, status }) => type === "PodScheduled" && status === "False",
    );
    if (!unscheduled) return [];
    return [
      `pod ${namespace}/${name} is not scheduled: ${unscheduled.message ?? "no reason given"}`,
    ];
  });
}
