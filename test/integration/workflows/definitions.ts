import { glob } from "node:fs/promises";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../../..");

async function matching(...patterns: string[]): Promise<string[]> {
  const files: string[] = [];
  const isOurs = (name: string) => !["node_modules", "dist", "out"].includes(name);
  const exclude = (path: string) => !path.split("/").every(isOurs);
  for await (const file of glob(patterns, { cwd: ROOT, exclude })) files.push(file);
  return files.sort();
}

/** The workflows that GitHub runs, below the root. */
export const workflowFiles = () => matching(".github/workflows/*.{yml,yaml}");

/** The workflows that tests run. */
export const testWorkflowFiles = () => matching("test/e2e/workflows/*.{yml,yaml}");

/** The definitions of actions. */
export const actionFiles = () =>
  matching(
    "action.{yml,yaml}",
    "action/**/action.{yml,yaml}",
    ".github/actions/**/action.{yml,yaml}",
  );

/** The pages, which have examples. */
export const pages = () => matching("*.md", "{docs,action,board,collection,test}/**/*.md");
