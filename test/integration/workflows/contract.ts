import { parse } from "yaml";

const COMMIT = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;
const IMAGE = /^docker:\/\/[^@]+@sha256:[0-9a-f]{64}$/;
const VERSION = /^v?\d+(\.\d+)*\S*$/;
/** What our pages say for this repository: there, a version says more than a commit that is old by then. */
const OURS = /^OWNER\/REPO(\/[\w./-]+)?@\S+$/;

/** Lines that use an action without its commit and the version in a comment, as LINE: what. Of a page its examples are read. */
export function unpinned(text: string, { isPage = false } = {}): string[] {
  let isExample = !isPage;
  return text.split("\n").flatMap((line, index) => {
    if (isPage && /^\s*(```|~~~)/.test(line)) isExample = !isExample;
    if (!isExample) return [];
    return [...line.matchAll(/(?<![\w-])uses["']?:\s*["']?([^\s"',}]+)["']?[^#]*(?:#\s*(.*))?/g)]
      .filter(([, used = "", comment = ""]) => {
        if (used.startsWith("./") || (isPage && OURS.test(used))) return false;
        return !((COMMIT.test(used) && VERSION.test(comment.trim())) || IMAGE.test(used));
      })
      .map(([, used]) => `${index + 1}: ${used}`);
  });
}

interface Workflow {
  permissions?: unknown;
  jobs?: Record<string, { permissions?: unknown; steps?: Step[] }>;
}

interface Step {
  uses?: string;
  with?: Record<string, unknown>;
}

/** What a workflow may do that it need not: more than reading by default, and a token that stays in the checkout. */
export function liberties(text: string): string[] {
  const { permissions, jobs = {} } = parse(text) as Workflow;
  const problems: string[] = [];
  if (!isMapping(permissions)) problems.push("permissions: not named one by one");
  else if (!Object.values(permissions).every((each) => each === "read" || each === "none"))
    problems.push("permissions: more than reading for every job");
  for (const [name, job] of Object.entries(jobs)) {
    if (job.permissions !== undefined && !isMapping(job.permissions))
      problems.push(`${name}: permissions not named one by one`);
    for (const step of job.steps ?? []) {
      if (
        step.uses?.startsWith("actions/checkout@") &&
        step.with?.["persist-credentials"] !== false
      )
        problems.push(`${name}: a checkout keeps its credentials`);
    }
  }
  return problems;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
