import * as core from "@actions/core";
import type { Annotation } from "./annotations.ts";
import { safeLines } from "./safe-lines.ts";

/** What an action may tell its runner. The only place that knows @actions/core. */
export interface Workflow {
  /** Prints text; whatever of it a runner would take for a command is defused. */
  say(text: string): void;
  /** Runs a step within a foldable group of the log. */
  group<T>(title: string, run: () => Promise<T>): Promise<T>;
  warn(text: string): void;
  annotate(annotation: Annotation): void;
  /** Keeps a secret out of this job's log. */
  mask(secret: string): void;
  fail(text: string): void;
  output(name: string, value: string | number): void;
  /** A variable for the steps that follow. */
  variable(name: string, value: string): void;
  save(name: string, value: string): void;
  summary(markdown: string): Promise<void>;
}

/** The runner that started this process. */
export const workflow: Workflow = {
  say: (text) => core.info(safeLines(text)),
  group: (title, run) => core.group(title, run),
  warn: (text) => core.warning(text),
  annotate: ({ level, message, title, file, line, column }) => {
    const place = {
      title,
      ...(file ? { file } : {}),
      ...(line ? { startLine: line } : {}),
      ...(column ? { startColumn: column } : {}),
    };
    if (level === "error") core.error(message, place);
    else core.warning(message, place);
  },
  mask: (secret) => core.setSecret(secret),
  fail: (text) => core.setFailed(text),
  output: (name, value) => core.setOutput(name, value),
  variable: (name, value) => core.exportVariable(name, value),
  save: (name, value) => core.saveState(name, value),
  summary: async (markdown) => {
    await core.summary.addRaw(markdown, true).write();
  },
};
