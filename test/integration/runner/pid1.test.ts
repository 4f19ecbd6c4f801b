import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunnerWorld, startRunnerWorld } from "../../support/runner-world.ts";

const isRoot = process.getuid?.() === 0;
const NAMESPACE = [
  ...["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"],
  ...(isRoot ? [] : ["--user", "--map-root-user"]),
];
const [unshare = "", ...flags] = NAMESPACE;
const REFUSED = spawnSync(unshare, [...flags, "true"]).status !== 0;

/** A process in a session of its own that writes over the termination message for as long as it lives. */
const scribble = `(setsid sh -c 'trap "" TERM; while :; do echo nonsense > "$FILE"; done' > /dev/null 2>&1 &)`;

const killKeeper = `
${scribble}
p=$$
until tr '\\0' ' ' < /proc/$p/cmdline | grep -q '[k]eeper.py'; do
  p=$(sed -n 's/^PPid:[[:space:]]*//p' /proc/$p/status)
done
kill -KILL $p
sleep 600`;

let world: RunnerWorld;

describe.skipIf(REFUSED)("as PID 1 (skipped where the machine makes no process namespaces)", () => {
  beforeAll(async () => {
    const environment = { FILE: "{{ lookup('env', 'TERMINATION_LOG') }}" };
    world = await startRunnerWorld(
      {
        survivor: [
          { "ansible.builtin.shell": "kill -KILL 1; kill -TERM $$ || true", ignore_errors: true },
        ],
        scribbler: [{ "ansible.builtin.shell": scribble, environment }],
        regicide: [{ "ansible.builtin.shell": killKeeper, environment }],
      },
      { wrapper: NAMESPACE },
    );
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  test("the runner outlives a role that kills PID 1", async () => {
    const runner = await world.start({ role: { role: "survivor" } });
    expect((await runner.ended).report).toMatchObject({ verdict: "Passed" });
  });

  test("the report is the last word of the termination message, whoever writes to it", async () => {
    const runner = await world.start({ role: { role: "scribbler" } });
    const { report } = await runner.ended;
    expect(report).toMatchObject({ verdict: "Passed" });
    expect((await world.run(runner.name)).status?.report).toEqual(report);
  });

  test("a role that kills its keeper is an Error, and what it left running is dead before the report", async () => {
    const runner = await world.start({ role: { role: "regicide" } });
    const { report } = await runner.ended;
    expect(report).toMatchObject({ verdict: "Error" });
    expect(report?.message).toBe(
      "The process that keeps the role acme.tests.regicide was lost: SIGKILL.",
    );
  });
});
