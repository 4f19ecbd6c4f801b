import { parseDocument } from "yaml";

/** What a badge needs to know of one of GitHub's workflows. */
export interface Workflow {
  readonly file: string;
  /** Its name; its path where it has none, as GitHub shows it. */
  readonly name: string;
  /** Why its badge would say nothing of the default branch, or undefined if it does. */
  readonly useless?: string;
}

/** Events that leave runs on the default branch. */
const ON_DEFAULT_BRANCH = new Set([
  ...["push", "schedule", "workflow_dispatch", "repository_dispatch", "workflow_run", "release"],
  ...["create", "delete", "deployment", "deployment_status", "merge_group", "page_build"],
  ...["registry_package", "status", "issues", "issue_comment", "pull_request_target"],
]);

/** Reads a workflow's file. Of a broken one only the path is known; GitHub shows its runs as failing. */
export function workflowIn(path: string, text: string): Workflow {
  const file = path.replace(/^.*\//u, "");
  const document = parseDocument(text, { logLevel: "silent" });
  const content: unknown = document.errors.length > 0 ? undefined : document.toJS();
  const { name, on } = fieldsOf(content);
  const called = typeof name === "string" && name.trim() !== "" ? name.trim() : path;
  const events = eventsIn(on);
  if (events.length === 0 || events.some((event) => ON_DEFAULT_BRANCH.has(event))) {
    return { file, name: called };
  }
  const why = events.includes("workflow_call")
    ? "is only called by other workflows"
    : `runs only for ${events.join(", ")}`;
  return { file, name: called, useless: why };
}

function fieldsOf(content: unknown): { readonly name?: unknown; readonly on?: unknown } {
  return typeof content === "object" && content !== null ? content : {};
}

function eventsIn(on: unknown): string[] {
  if (typeof on === "string") return [on];
  if (Array.isArray(on)) return on.map(String);
  return typeof on === "object" && on !== null ? Object.keys(on) : [];
}
