import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "../../kubernetes/client.ts";
import type { Kind } from "../kind/kind.ts";
import type { Progress } from "../progress.ts";
import { Bundle, LIMITS, type Limits } from "./bundle.ts";
import { findingsOf, indexText, type Seen } from "./findings.ts";
import { fromCluster } from "./from-cluster.ts";
import { exportKindLogs, takeKindLogs } from "./kind-logs.ts";
import { listed, type Reader } from "./reader.ts";
import { Redactor } from "./redact.ts";
import { valuesOfSecrets } from "./secret-values.ts";
import { secrets as secretType } from "./types.ts";

/** A caller's secret of less than this is part of too many words. */
const SHORTEST_GIVEN = 4;

export interface Diagnostics {
  directory: string;
  /** How many files there are. */
  files: number;
  /** What could not be collected, a sentence each, without secrets. */
  problems: string[];
}

/**
 * Writes what a cluster says of itself into a folder: what looks wrong (index.txt), objects, events, logs, and what kind's nodes
 * say. No part that fails ends the others, and it never throws: failures are problems. It ends by the deadline or the signal, with
 * what there is by then. Nothing is written before secrets were taken out of it: `secrets`, the values of the cluster's Secrets as
 * far as the client may list them, and whatever has the shape or the name of one.
 */
export async function collectDiagnostics(options: {
  /** Undefined where no API server answers. */
  client?: Client | undefined;
  /** The kind cluster, where it is one. */
  kind?: { program: Kind; name: string } | undefined;
  directory: string;
  /** Beside Pystol's own, kube-system and those that take part in faults. */
  namespaces: readonly string[];
  /** Values that must not be in it. */
  secrets: readonly string[];
  progress: Progress;
  /** A folder of this job for what has its secrets still, which is removed; the system's own unless told. */
  temp?: string | undefined;
  signal: AbortSignal;
  limits?: Partial<Limits>;
}): Promise<Diagnostics> {
  const { client, kind, directory, namespaces, progress } = options;
  const limits = { ...LIMITS, ...options.limits };
  const given = options.secrets.filter(({ length }) => length >= SHORTEST_GIVEN);
  const bundle = new Bundle({ directory, limits, redactor: new Redactor(given) });
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(limits.deadlineMs)]);
  let seen: Seen = { objects: [], pods: [], events: [] };
  await bundle.part("The folder for it", () => mkdir(directory, { recursive: true }));
  // What kind writes has its secrets still, so it goes to a folder of its own that nobody else may read.
  const raw = await bundle.part("A folder for kind's logs", () =>
    mkdtemp(join(options.temp ?? tmpdir(), "pystol-kind-")),
  );
  try {
    progress("Collecting what the cluster says ...");
    const exporting =
      kind && raw
        ? bundle.part("kind export logs", () => exportKindLogs(kind, { directory: raw, signal }))
        : undefined;
    if (client) {
      const reader = { client, signal };
      const asked = { bundle, given, namespaces };
      seen = (await bundle.part("The API server", () => ask(reader, asked))) ?? seen;
    } else
      bundle.problems.push("Nothing was asked of the API server: there is no connection to one");
    await exporting;
    if (kind && raw) {
      await bundle.part("kind's logs", () => takeKindLogs(bundle, { directory: raw, signal }));
    }
  } finally {
    if (raw)
      await bundle.part("Removing kind's logs", () => rm(raw, { recursive: true, force: true }));
  }
  // Some were noted before all secrets were known.
  const problems = bundle.problems.map((problem) => bundle.redactor.text(problem));
  const { files } = bundle;
  const index = indexText({ findings: findingsOf(seen), problems, files });
  await bundle.part("index.txt", () => bundle.index(index));
  progress(`Collected ${files.length} files; ${problems.length} problems`);
  return { directory, files: files.length, problems };
}

/** Reads the cluster; throws where it does not answer at all. */
async function ask(
  reader: Reader,
  options: { bundle: Bundle; given: readonly string[]; namespaces: readonly string[] },
): Promise<Seen> {
  const { bundle, given, namespaces } = options;
  await reader.client.request({ method: "GET", path: "/version", signal: reader.signal });
  bundle.redactor = new Redactor([...given, ...(await clusterSecrets(reader, bundle))]);
  return fromCluster(reader, { bundle, namespaces });
}

async function clusterSecrets(reader: Reader, bundle: Bundle): Promise<string[]> {
  const found = await bundle.part(
    "The cluster's Secrets, whose values could then not be looked for in what was collected",
    () => listed(reader, secretType, { most: Number.POSITIVE_INFINITY }),
  );
  return valuesOfSecrets(found ?? []);
}
