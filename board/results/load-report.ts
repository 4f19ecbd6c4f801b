import { open } from "node:fs/promises";
import { parseReport, REPORT_LIMIT_BYTES, ReportError } from "./parse-report.ts";
import type { Report } from "./report.ts";

/** A results file, read: its report, or the sentence that says why there is none. */
export interface LoadedReport {
  readonly source: string;
  readonly report?: Report;
  readonly problem?: string;
  /** The run ended so long ago that its good news say nothing of today; set when a board is made. */
  readonly isStale?: boolean;
}

/** Reads a results.json; what is wrong with it becomes a sentence, so that one bad file costs one tile. */
export async function loadReport(path: string): Promise<LoadedReport> {
  try {
    return { source: path, report: parseReport(await readLimited(path)) };
  } catch (error) {
    return { source: path, problem: problemOf(error) };
  }
}

async function readLimited(path: string): Promise<string> {
  await using file = await open(path);
  const { size } = await file.stat();
  if (size > REPORT_LIMIT_BYTES) {
    throw new ReportError(`the file has ${size} bytes, the most is ${REPORT_LIMIT_BYTES}`);
  }
  return file.readFile("utf8");
}

function problemOf(error: unknown): string {
  if (error instanceof ReportError) return error.message;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOENT" ? "there is no such file" : `the file cannot be read (${String(code)})`;
}
