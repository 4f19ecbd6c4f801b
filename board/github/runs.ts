/** What is used of a run of a workflow: https://docs.github.com/en/rest/actions/workflow-runs */
export interface Run {
  readonly status: string;
  readonly conclusion?: string;
  readonly event?: string;
  readonly html_url?: string;
  readonly run_started_at?: string;
  readonly updated_at?: string;
  readonly name?: string;
  readonly actor?: { readonly login: string };
  readonly repository?: { readonly id: number };
  readonly head_repository?: { readonly id: number };
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The part of an answer of GitHub's API that the board uses; the rest, with messages of commits and addresses of people, is
 * forgotten. The result has the same form, so it can be read in the answer's place.
 */
export function usedOf(body: unknown): Fields {
  const { default_branch, workflows, workflow_runs } = fieldsOf(body);
  return {
    ...textsOf({ default_branch }),
    ...(Array.isArray(workflows) ? { workflows: workflows.map(usedOfWorkflow) } : {}),
    ...(Array.isArray(workflow_runs) ? { workflow_runs: workflow_runs.map(usedOfRun) } : {}),
  };
}

function usedOfWorkflow(workflow: unknown): Fields {
  const { id, name, path } = fieldsOf(workflow);
  return { ...(typeof id === "number" ? { id } : {}), ...textsOf({ name, path }) };
}

function usedOfRun(run: unknown): Fields {
  const fields = fieldsOf(run);
  const { status, conclusion, event, html_url, run_started_at, updated_at, name } = fields;
  const by = fieldsOf(fields.triggering_actor).login ?? fieldsOf(fields.actor).login;
  return {
    ...textsOf({ status, conclusion, event, html_url, run_started_at, updated_at, name }),
    ...(typeof by === "string" ? { actor: { login: by } } : {}),
    ...idOf("repository", fields.repository),
    ...idOf("head_repository", fields.head_repository),
  };
}

function idOf(name: string, value: unknown): Fields {
  const { id } = fieldsOf(value);
  return typeof id === "number" ? { [name]: { id } } : {};
}

function textsOf(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => typeof value === "string"),
  );
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}
