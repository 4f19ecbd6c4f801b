import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { Report } from "./closing-lines.ts";

/** Runs the tests of some projects, shows what vitest shows, and returns its report; an empty one where it could not write any. */
export async function runVitest(options: {
  projects: readonly string[];
  exclude: readonly string[];
  /** The files to run; all of the projects if none are named. */
  files?: readonly string[];
  reportFile: string;
}): Promise<{ exitCode: number | null; report: Report }> {
  const child = spawn(
    "vitest",
    [
      "run",
      ...options.projects.flatMap((name) => ["--project", name]),
      ...(options.files ?? []),
      ...options.exclude.flatMap((pattern) => ["--exclude", pattern]),
      ...["--reporter=default", "--reporter=json", `--outputFile.json=${options.reportFile}`],
    ],
    { stdio: "inherit" },
  );
  const [exitCode] = await once(child, "exit");
  const text = await readFile(options.reportFile, "utf8").catch(() => undefined);
  return { exitCode, report: text ? JSON.parse(text) : { testResults: [] } };
}
