import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A name for an artifact that every system takes and that nothing else of the run has: GitHub refuses a name that is taken. Legs of
 * a matrix have the same GITHUB_JOB, and RUNNER_TRACKING_ID, which the runner makes for each job that it runs, tells them apart;
 * GITHUB_ACTION does so for the steps of a job. `distinct` is for what tells further artifacts of a step apart.
 */
export function artifactName(prefix: string, environment: Environment, distinct: string): string {
  const { GITHUB_JOB: job = "job", GITHUB_RUN_ATTEMPT: attempt = "1" } = environment;
  const { RUNNER_TRACKING_ID = "", GITHUB_ACTION = "" } = environment;
  const parts = [job, attempt, RUNNER_TRACKING_ID, GITHUB_ACTION, distinct];
  const hash = createHash("sha256").update(JSON.stringify(parts)).digest("hex");
  const safe = (text: string) => text.replace(/[^A-Za-z0-9_-]+/g, "-").slice(0, 60);
  return [safe(prefix), safe(job), safe(attempt), hash.slice(0, 8)].join("-");
}

/**
 * Uploads a folder as an artifact of the run, by the service whose address and token the runner gives this process. It never throws:
 * where there is no such service, or it fails, the warning says why and where the folder is.
 */
export async function uploadArtifact(options: {
  /** As `artifactName` makes it. */
  name: string;
  directory: string;
  /** Undefined for the repository's own setting. */
  retentionDays?: number | undefined;
  environment: Environment;
  warn: (text: string) => void;
  signal?: AbortSignal | undefined;
}): Promise<{ id: number; url?: string } | undefined> {
  const { name, directory, retentionDays, environment, warn, signal } = options;
  try {
    const missing = ["ACTIONS_RUNTIME_TOKEN", "ACTIONS_RESULTS_URL"].filter(
      (variable) => !environment[variable],
    );
    if (missing.length > 0) throw new Error(`the runner gave no ${missing.join(" and no ")}`);
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    if (files.length === 0) throw new Error("there is no file in it");
    signal?.throwIfAborted();
    const { DefaultArtifactClient } = await import("@actions/artifact");
    const uploading = new DefaultArtifactClient().uploadArtifact(name, files, directory, {
      ...(retentionDays === undefined ? {} : { retentionDays }),
    });
    const { id } = await (signal ? Promise.race([uploading, aborted(signal)]) : uploading);
    if (id === undefined) throw new Error("the service gave it no id");
    const url = urlOf(environment, id);
    return url ? { id, url } : { id };
  } catch (error) {
    const why = (error as Error).message;
    warn(`The artifact ${name} was not uploaded: ${why}. What it was to hold is in ${directory}.`);
    return undefined;
  }
}

function urlOf(environment: Environment, id: number): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = environment;
  const run = environment.GITHUB_RUN_ID;
  if (!server || !repository || !run) return undefined;
  return `${server}/${repository}/actions/runs/${run}/artifacts/${id}`;
}

/** The client knows no signal: it goes on by itself until the process ends, and its outcome is no longer of interest. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
