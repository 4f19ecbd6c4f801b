import type { Reading, State } from "../reading/state.ts";
import type { Run } from "./runs.ts";

/** What GitHub's API says of a badge's workflow. */
export type ApiSaid =
  | {
      readonly kind: "run";
      readonly reading: Reading;
      /** What the newest run that is over came to; a badge tells of that one. */
      readonly decided?: State;
    }
  /** No run is known where the badge should tell of one. */
  | { readonly kind: "no run"; readonly where: string }
  | { readonly kind: "none"; readonly reason: string };

/** https://docs.github.com/en/rest/checks/runs: the conclusions; whatever else comes is unknown. */
const CONCLUSIONS: ReadonlyMap<string, State> = new Map([
  ["success", "passing"],
  ["failure", "failing"],
  ["timed_out", "failing"],
  ["startup_failure", "failing"],
  ["action_required", "warning"],
  ["cancelled", "cancelled"],
  ["skipped", "skipped"],
  ["neutral", "skipped"],
]);

/** A status other than "completed" that is known to mean that the run is not over. */
const NOT_OVER = new Set(["in_progress", "queued", "requested", "waiting", "pending"]);

/**
 * Judges a workflow's runs, newest first. The newest decides; while it is not over the tile is running. Runs of a fork's branch of
 * the same name are left out: they are not this repository's. Pure.
 */
export function judgeRuns(runs: readonly Run[], where: string): ApiSaid {
  const own = runs.filter(isOwn);
  const [newest] = own;
  if (newest === undefined) return { kind: "no run", where };
  const over = own.find(({ status }) => status === "completed");
  return {
    kind: "run",
    reading: readingOf(newest, where),
    ...(over === undefined ? {} : { decided: stateOf(over) }),
  };
}

function isOwn({ repository, head_repository }: Run): boolean {
  return (
    head_repository === undefined ||
    repository === undefined ||
    head_repository.id === repository.id
  );
}

function stateOf({ status, conclusion = "" }: Run): State {
  if (NOT_OVER.has(status)) return "running";
  return status === "completed" ? (CONCLUSIONS.get(conclusion) ?? "unknown") : "unknown";
}

function readingOf(run: Run, where: string): Reading {
  const word = run.status === "completed" ? (run.conclusion ?? "no conclusion") : run.status;
  const message = word.slice(0, 40).replaceAll("_", " ");
  const ranAt = timeOf(run.run_started_at) ?? timeOf(run.updated_at);
  const address = URL.parse(run.html_url ?? "");
  const isWeb = address?.protocol === "https:" || address?.protocol === "http:";
  return {
    state: stateOf(run),
    label: (run.name ?? "").slice(0, 120),
    message,
    rule: `api: GitHub says that the newest run ${where} is "${message}"`,
    confidence: 1,
    ...(ranAt === undefined ? {} : { ranAt }),
    ...(isWeb ? { run: address.href } : {}),
    ...(run.actor === undefined ? {} : { by: run.actor.login.slice(0, 80) }),
  };
}

function timeOf(text: string | undefined): string | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
