import { basename } from "node:path/posix";
import type { LoadedReport } from "./load-report.ts";

/** What a run's results are called: their cluster, else where they came from, without anything that may be secret. */
export function runName({ source, report }: LoadedReport): string {
  if (report?.cluster !== undefined) return `cluster ${report.cluster.name}`;
  return sourceName(source);
}

/** Where results came from, in short: the host of an address, whose path and query may be secret, or the name of a file. */
export function sourceName(source: string): string {
  return URL.canParse(source) && /^https?:/iu.test(source)
    ? new URL(source).host
    : basename(source);
}
