import type { ModuleResult } from "../ansible/module.ts";
import type { PodResult } from "./partition.ts";

/** What the results of a partition mean: a failure if any pod could not be partitioned. */
export function partitionSummary(results: readonly PodResult[]): ModuleResult {
  const refused = results.filter(({ outcome }) => outcome === "refused");
  const silent = results.filter(({ outcome }) => outcome === "silent");
  const changed = refused.length < results.length;
  if (refused.length > 0) return failure(results, refused, { changed, doing: "partitioned" });
  const packets = results.reduce((sum, { evidence }) => sum + Number(evidence.packetsDropped), 0);
  const unseen =
    silent.length > 0 ? `; no packet came to be dropped at ${names(silent)}, so far unproved` : "";
  return {
    changed,
    msg: `${count(results)} partitioned: ${names(results)}; ${packets} packets dropped so far${unseen}.`,
    pods: results,
  };
}

/** What the results of a recovery mean: a failure if anything may still be partitioned. */
export function joinSummary(results: readonly PodResult[]): ModuleResult {
  const refused = results.filter(({ outcome }) => outcome === "refused");
  const changed = results.some(({ outcome }) => outcome === "joined");
  if (refused.length > 0) return failure(results, refused, { changed, doing: "joined again" });
  const gone = results.filter(({ outcome }) => outcome === "gone");
  const vanished = gone.length > 0 ? `; gone meanwhile: ${names(gone)}` : "";
  const msg = `${count(results)} joined again: ${names(results)}${vanished}.`;
  return { changed, msg, pods: results };
}

function failure(
  results: readonly PodResult[],
  refused: readonly PodResult[],
  { changed, doing }: { changed: boolean; doing: string },
): ModuleResult {
  const [first] = refused;
  return {
    failed: true,
    changed,
    pystol_verdict: "Error",
    msg: `Of ${count(results)}, ${refused.length} could not be ${doing}: ${names(refused)}. ${first?.name}: ${first?.message ?? "no reason was given"}`,
    pods: results,
  };
}

function count({ length }: readonly PodResult[]): string {
  return `${length} ${length === 1 ? "pod" : "pods"}`;
}

/** At most five names, and how many more there are. */
function names(all: readonly PodResult[]): string {
  const more = all.length - 5;
  const first = all.slice(0, 5).map(({ name }) => name);
  return first.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
