import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pystolRuns, RUNS_NAMESPACE } from "../../../kubernetes/resources.ts";
import { eventually } from "../../support/pystol-control-plane.ts";
import {
  type RunnerWorld,
  type StartedRunner,
  startRunnerWorld,
} from "../../support/runner-world.ts";

/** Writes what happens into "{{ file }}", a line for each step. */
const note = (text: string) => ({
  "ansible.builtin.shell": `echo "${text}" >> "$FILE"`,
  environment: { FILE: "{{ file }}" },
});
const shell = (script: string) => ({
  "ansible.builtin.shell": script,
  environment: { FILE: "{{ file }}", UNDO: "{{ pystol_undo | default([]) | to_json }}" },
});
const tell = (type: string, message: object | string) => ({
  "ansible.builtin.command": {
    argv: ["pystol-record", type, typeof message === "string" ? message : JSON.stringify(message)],
  },
});
const undo = (id: string) => tell("undo", { id, module: "acme.tests.none", args: { id } });
const said = (state: string, message = "") => ({
  ...tell("undone", `{"id": "{{ item.id }}", "state": "${state}", "message": "${message}"}`),
  loop: "{{ pystol_undo }}",
});

/** Undoes each record that "$FILE.ready" does not forbid, and fails with the others. */
const undoUnless = `
echo "$UNDO" | python3 -c '
import json, os, subprocess, sys
for record in json.load(sys.stdin):
    tries = "%s.%s.tries" % (os.environ["FILE"], record["id"])
    count = int(open(tries).read()) if os.path.exists(tries) else 0
    open(tries, "w").write(str(count + 1))
    state = "Failed" if record["id"] == "stubborn" and count < 2 else "Done"
    undone = {"id": record["id"], "state": state, "message": "attempt %d" % (count + 1)}
    subprocess.run(["pystol-record", "undone", json.dumps(undone)], check=True)
'`;

const fileVariable = { type: "object", properties: { file: { type: "string" } } };

let world: RunnerWorld;

beforeAll(async () => {
  world = await startRunnerWorld({
    full: {
      inject: [undo("one"), undo("two"), note("inject {{ pystol_phase }}")],
      verify: [note("verify {{ pystol_phase }}")],
      recover: [
        note("recover {{ pystol_phase }} {{ pystol_undo | map(attribute='id') | join(',') }}"),
        said("Done"),
      ],
    },
    failing: {
      inject: [undo("one"), { "ansible.builtin.fail": { msg: "no such thing" } }],
      recover: [said("Done")],
    },
    slow: {
      inject: [undo("one"), shell('touch "$FILE"; sleep 300')],
      recover: [said("Done")],
    },
    stubborn: {
      inject: [undo("easy"), undo("stubborn"), undo("last")],
      verify: [note("verify {{ pystol_phase }}")],
      recover: [shell(undoUnless)],
    },
    contested: { inject: [undo("one")], recover: [said("Conflict", "it is 5 now")] },
    stuck: { inject: [undo("one")], recover: [{ "ansible.builtin.fail": { msg: "no way" } }] },
    halved: { inject: [note("inject")] },
    checked: {
      inject: [
        { "ansible.builtin.command": "false" }, // is skipped in check mode
        { ...undo("one"), check_mode: false, ignore_errors: true },
        { ...note("inject {{ ansible_check_mode }}"), check_mode: false },
      ],
      recover: [note("recover")],
    },
  });
});
afterAll(() => world?.[Symbol.asyncDispose]());

let count = 0;
async function start(role: string, wish: object = {}) {
  const file = join(world.folder, `${role}-${++count}`);
  const runner = await world.start({
    role: { role, phased: true, undoable: true, arguments: fileVariable },
    extraVars: { file },
    timeoutSeconds: 120,
    ...wish,
  });
  const notes = async () => (await readFile(file, "utf8")).trim().split("\n");
  return { runner, notes, file };
}

async function records(runner: StartedRunner) {
  return (await world.run(runner.name)).status?.records?.map(({ id, state }) => `${id} ${state}`);
}

async function stop(runner: StartedRunner): Promise<void> {
  const operator = await world.world.clientOf({
    namespace: "pystol-system",
    name: "pystol-operator",
  });
  const place = { namespace: RUNS_NAMESPACE, name: runner.name };
  await operator.mergePatch(pystolRuns, place, { spec: { stop: true } });
}

describe("a phased role", () => {
  test("goes through its phases in order, is held for its time, and undoes newest first", async () => {
    const { runner, notes } = await start("full", { durationSeconds: 1 });
    const { report, code } = await runner.ended;
    expect(await notes()).toEqual([
      "inject inject",
      "verify injected",
      "recover recover two,one",
      "verify recovered",
    ]);
    expect(report).toMatchObject({ verdict: "Passed" });
    expect(report?.message).toMatch(/It was held for \d+ s of 1 s\./);
    expect(await records(runner)).toEqual(["one Done", "two Done"]);
    const { status } = await world.run(runner.name);
    expect(status?.injectedTime).toBe(report?.injectedTime);
    expect(status?.recoveredTime).toBe(report?.recoveredTime);
    expect(code).toBe(0);
  });

  test("is held until spec.stop, which is its normal end", async () => {
    const { runner } = await start("full");
    await runner.event("holding");
    await stop(runner);
    const { report } = await runner.ended;
    expect(report).toMatchObject({ verdict: "Passed" });
    expect(report?.message).toContain("until spec.stop was set");
    expect(await records(runner)).toEqual(["one Done", "two Done"]);
  });

  test("is recovered on SIGTERM during the hold, and the verdict is Aborted", async () => {
    const { runner } = await start("full");
    await runner.event("holding");
    runner.signal("SIGTERM");
    const { report } = await runner.ended;
    expect(report).toMatchObject({ verdict: "Aborted" });
    expect(report?.message).toMatch(/SIGTERM.*All that was changed is undone \(2\)/);
    expect(await records(runner)).toEqual(["one Done", "two Done"]);
  });

  test("is held until its timeout leaves time for recovery only", async () => {
    const { runner } = await start("full", { timeoutSeconds: 40 });
    const { report } = await runner.ended;
    expect(report).toMatchObject({ verdict: "Passed" });
    expect(report?.message).toContain("until spec.timeout left time for recovery only");
  });

  test("is undone where its injection fails, and the verdict says why it failed", async () => {
    const { runner } = await start("failing");
    const { report } = await runner.ended;
    expect(report).toMatchObject({ verdict: "Failed" });
    expect(report?.message).toMatch(/no such thing.*All that was changed is undone \(1\)/);
    expect(await records(runner)).toEqual(["one Done"]);
  });

  test.for([
    ["spec.stop", "Aborted"],
    ["SIGTERM", "Aborted"],
  ] as const)("is undone where %s comes before the fault is active: %s", async ([way, verdict]) => {
    const { runner, file } = await start("slow");
    await eventually(() => readFile(file), 120_000);
    if (way === "SIGTERM") runner.signal("SIGTERM");
    else await stop(runner);
    const { report } = await runner.ended;
    expect(report).toMatchObject({ verdict });
    expect(report?.message).toContain(way);
    expect(await records(runner)).toEqual(["one Done"]);
  });

  test("is undone where its injection takes too long: TimedOut", async () => {
    const { runner } = await start("slow", { timeoutSeconds: 40 });
    const { report } = await runner.ended;
    expect(report).toMatchObject({ verdict: "TimedOut" });
    expect(await records(runner)).toEqual(["one Done"]);
  });

  test("is tried again for what could not be undone, which stops nothing else", async () => {
    const { runner, notes } = await start("stubborn", { durationSeconds: 1 });
    const { report } = await runner.ended;
    expect(report).toMatchObject({ verdict: "Passed" });
    expect(await records(runner)).toEqual(["easy Done", "stubborn Done", "last Done"]);
    const stubborn = (await world.run(runner.name)).status?.records?.[1];
    expect(stubborn).toMatchObject({ attempts: 3, state: "Done" });
    expect((await notes()).at(-1)).toBe("verify recovered");
  });

  test("leaves alone what somebody else has changed meanwhile, and says so: Error", async () => {
    const { runner } = await start("contested", { durationSeconds: 1 });
    const { report } = await runner.ended;
    expect(report).toMatchObject({ verdict: "Error" });
    expect(report?.message).toContain(
      "Left alone, because somebody else has changed it meanwhile: one (it is 5 now).",
    );
    expect(await records(runner)).toEqual(["one Conflict"]);
  });

  test("that cannot be undone ends as an Error that names what is left", async () => {
    const { runner } = await start("stuck", { durationSeconds: 1, timeoutSeconds: 40 });
    const { report } = await runner.ended;
    expect(report).toMatchObject({ verdict: "Error" });
    expect(report?.message).toMatch(/^Not undone: one \(\d+ attempts: Task ".*no way\)\./);
    expect(await records(runner)).toEqual(["one Open"]);
  });

  test("without recover.yml does not begin", async () => {
    const { runner, notes } = await start("halved");
    const { report } = await runner.ended;
    expect(report?.message).toContain("The role acme.tests.halved has no tasks/recover.yml");
    await expect(notes()).rejects.toThrow("ENOENT");
  });

  test("in a dry run injects in check mode alone, records nothing and recovers nothing", async () => {
    const { runner, notes } = await start("checked", {
      dryRun: true,
      role: {
        role: "checked",
        phased: true,
        undoable: true,
        checkMode: true,
        arguments: fileVariable,
      },
    });
    const { report, stdout } = await runner.ended;
    expect(report).toMatchObject({ verdict: "Passed", verified: false });
    expect(report?.message).toMatch(/^Dry run: would run the role tested\. Nothing was touched\./);
    expect(await notes()).toEqual(["inject True"]);
    expect(stdout).toContain("this is a dry run, in which nothing may be changed");
    expect((await world.run(runner.name)).status).not.toHaveProperty("records");
    expect(report).not.toHaveProperty("injectedTime");
  });
});
