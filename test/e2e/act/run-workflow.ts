import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import {
  parseWorkflowCommand,
  type WorkflowCommand,
} from "../../../scripts/start/workflow-command.ts";

/** What a workflow came to, as its runner saw it. */
export interface WorkflowEnd {
  exitCode: number | null;
  /** All that act printed. */
  output: string;
  /** The errors, warnings and notices of the steps. */
  annotations: WorkflowCommand[];
  /** The job's summary. */
  summary: string;
  /** What the workflow left in the folder whose path is in OUT: the contexts `steps` as JSON, by file. */
  steps: Record<string, Record<string, { outcome: string; outputs: Record<string, string> }>>;
  /** A folder with what the workflow left in OUT; gone when the end is disposed of. */
  out: string;
}

/** Runs a workflow with act on this machine, as a push would, and returns when its jobs, post steps included, have ended. */
export async function runWorkflow(options: {
  act: string;
  /** A repository, which is copied. */
  repository: string;
  /** The workflow's text. */
  text: string;
  environment: Readonly<Record<string, string>>;
  /** Further arguments of act. */
  args?: readonly string[];
  /** Variables of act itself, such as the secrets that arguments name. */
  variables?: Readonly<Record<string, string>>;
}): Promise<WorkflowEnd & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), "pystol-act-"));
  const out = join(folder, "out");
  await mkdir(out);
  const file = join(folder, "workflow.yml");
  await writeFile(file, options.text);
  const environment = Object.entries({ ...options.environment, OUT: out });
  const child = spawn(
    options.act,
    [
      ...["push", "--workflows", file, "--platform", "ubuntu-latest=-self-hosted"],
      ...["--action-cache-path", folder, "--cache-server-path", folder],
      ...["--artifact-server-path", join(folder, "artifacts"), "--artifact-server-port", "0"],
      ...environment.flatMap(([name, value]) => ["--env", `${name}=${value}`]),
      ...(options.args ?? []),
    ],
    {
      cwd: options.repository,
      // act runs the first node of PATH for JavaScript actions, and keeps its jobs' folders below the cache of HOME.
      env: {
        ...process.env,
        PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
        XDG_CACHE_HOME: folder,
        ...options.variables,
      },
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  }
  const [exitCode] = await once(child, "close");
  return {
    ...{ exitCode, output, out, annotations: annotationsOf(output), summary: summaryOf(output) },
    steps: await stepsIn(out),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** act prints a workflow command after the job's name and a sign. */
function annotationsOf(output: string): WorkflowCommand[] {
  return output.split("\n").flatMap((line) => {
    const command = parseWorkflowCommand(line.slice(Math.max(line.indexOf("::"), 0)));
    return command && ["error", "warning", "notice"].includes(command.command) ? [command] : [];
  });
}

function summaryOf(output: string): string {
  const [, ...parts] = output.split(/^\[[^\]]*\] +\S+ +Summary - /m);
  return parts.map((part) => part.split(/^\[/m)[0] ?? "").join("\n");
}

async function stepsIn(out: string): Promise<WorkflowEnd["steps"]> {
  const files = (await readdir(out)).filter((name) => name.endsWith(".json"));
  const entries = files.map(async (name) => [
    name.replace(/\.json$/, ""),
    JSON.parse(await readFile(join(out, name), "utf8")),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}
