import { basename } from "node:path/posix";
import type { LoadedReport } from "./load-report.ts";

/** What a run's results are called: their cluster, else where they came from, without anything that may be secret. */
export function runName({ source, report }: LoadedReport): string {
  if (report?.cluster !== undefined) return `cluster ${report.cluster.name}`;
  return URL.canParse(source) && /^https?:/iu.test(source)
    ? new URL(source).host
    : basename(source);
}
