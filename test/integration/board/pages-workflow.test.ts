import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtempDisposable, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { twoPart } from "../../support/board-badges.ts";
import { answering, startBoardServer } from "../../support/board-server.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly "working-directory"?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A workspace as the workflow has it once both repositories are checked out and the board is installed. */
async function workspace(config: unknown) {
  const folder = await mkdtempDisposable(join(tmpdir(), "board-pages-"));
  await mkdir(join(folder.path, "caller"));
  await mkdir(join(folder.path, "temp"));
  await writeFile(join(folder.path, "caller/badges.yaml"), JSON.stringify(config));
  await symlink(ROOT, join(folder.path, "pystol"));
  return folder;
}

/** Runs the workflow's own commands in a workspace, but for the installation; returns what each one printed. */
async function runJob(world: string, variables: string): Promise<Map<string, string>> {
  const workflow = parse(await readFile(join(ROOT, ".github/workflows/board.yml"), "utf8"));
  const { env, steps } = workflow.jobs.build as { env: Record<string, string>; steps: Step[] };
  const values = new Map([
    ["github.workspace", world],
    ["secrets.variables", variables],
    ["github.token", ""],
    ["inputs.config || 'board/badges.yaml'", "badges.yaml"],
  ]);
  const filled = (text: string) =>
    text.replaceAll(
      /\$\{\{ (.*?) \}\}/gu,
      (whole, expression: string) => values.get(expression) ?? whole,
    );
  const printed = new Map<string, string>();
  for (const { name = "", run, env: own = {}, "working-directory": folder = "." } of steps) {
    if (run === undefined || name.startsWith("Install") || name.startsWith("Tell")) continue;
    const values = Object.entries({ ...env, ...own }).map(([key, text]) => [key, filled(text)]);
    const { PATH = "", HOME = "" } = process.env;
    const child = spawn("bash", ["-e", "-c", run], {
      cwd: join(world, folder),
      env: { PATH, HOME, RUNNER_TEMP: join(world, "temp"), ...Object.fromEntries(values) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
      });
    }
    const [code] = await once(child, "close");
    expect(code, `${name}: ${output}`).toBe(0);
    printed.set(name, output);
  }
  return printed;
}

test("the Pages workflow's commands check, collect, notify and build, and go on from the state of the run before", async () => {
  let message = "passing";
  await using server = await startBoardServer({
    "/unit.svg": (request, response) => answering(twoPart("unit", message))(request, response),
    "/hook": answering("{}", { "content-type": "application/json" }),
  });
  await using world = await workspace({
    allowPrivate: [server.host],
    notify: [{ kind: "webhook", variable: "HOOK" }],
    groups: [{ name: "Shop", badges: [{ label: "Unit", badge: `${server.origin}/unit.svg` }] }],
  });
  const variables = `HOOK=${server.origin}/hook\nOTHER=a b`;
  const first = await runJob(world.path, variables);
  expect(first.get("Keep the variables out of the log")).toBe(
    `::add-mask::${server.origin}/hook\n::add-mask::a b\n`,
  );
  expect(await readFile(join(world.path, "site/index.html"), "utf8")).toContain("Unit");
  const posts = () => server.requests.filter(({ url }) => url === "/hook").length;
  expect(posts()).toBe(0);

  message = "failing";
  const second = await runJob(world.path, variables);
  expect(posts()).toBe(1);
  const state = JSON.parse(await readFile(join(world.path, "state/state.json"), "utf8"));
  const [record] = Object.values<{ history: Array<{ state: string }> }>(state.badges);
  expect(record?.history.map((span) => span.state)).toEqual(["passing", "failing"]);
  expect(
    [...first.values(), ...second.values()].join("").replaceAll(/::add-mask::.*/gu, ""),
  ).not.toContain("/hook");
});
