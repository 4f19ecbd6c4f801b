import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { loadReport } from "../results/load-report.ts";
import { parseReport, REPORT_LIMIT_BYTES } from "../results/parse-report.ts";
import type { CollectedResults } from "../state/board-state.ts";
import type { Answers } from "./answers.ts";

const MOST_FILES = 100;

/**
 * Reads the results files that a configuration names: http(s) addresses, and paths with * in the name of the file. Of one pattern
 * the last hundred files in the order of their names are read. What is wrong with a file becomes its problem.
 */
export async function collectResults(
  sources: readonly string[],
  answers: Answers,
  at: string,
): Promise<CollectedResults[]> {
  const all = await Promise.all(sources.map((source) => fromSource(source, answers, at)));
  return all.flat();
}

async function fromSource(
  source: string,
  answers: Answers,
  readAt: string,
): Promise<CollectedResults[]> {
  if (/^https?:\/\//iu.test(source)) return [await fromServer(source, answers, readAt)];
  if (!basename(source).includes("*")) return [{ ...(await loadReport(source)), readAt }];
  try {
    const paths = await matching(source);
    if (paths.length === 0) return [{ source, readAt, problem: "no file has such a name" }];
    const reports = await Promise.all(paths.map(loadReport));
    return reports.map((report) => ({ ...report, readAt }));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    const isMissing = code === "ENOENT";
    const problem = isMissing ? "there is no such folder" : `the folder cannot be read (${code})`;
    return [{ source, readAt, problem }];
  }
}

async function matching(pattern: string): Promise<string[]> {
  const parts = basename(pattern)
    .split("*")
    .map((part) => part.replace(/[\\^$.+?()[\]{}|]/gu, "\\$&"));
  const name = new RegExp(`^${parts.join("[^/]*?")}$`, "u");
  const names = await readdir(dirname(pattern));
  const found = names.filter((file) => name.test(file)).toSorted();
  return found.slice(-MOST_FILES).map((file) => join(dirname(pattern), file));
}

async function fromServer(
  source: string,
  answers: Answers,
  readAt: string,
): Promise<CollectedResults> {
  const outcome = await answers.get(source, { bodyLimitBytes: REPORT_LIMIT_BYTES });
  if (outcome.kind === "none") return { source, readAt, problem: outcome.reason };
  const { httpStatus, body } = outcome.answer;
  if (httpStatus !== 200) return { source, readAt, problem: `the server answered ${httpStatus}` };
  try {
    return { source, readAt, report: parseReport(new TextDecoder().decode(body)) };
  } catch (error) {
    return { source, readAt, problem: error instanceof Error ? error.message : "unreadable" };
  }
}
