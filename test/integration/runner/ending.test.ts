import { access, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pystolRuns, RUNS_NAMESPACE } from "../../../kubernetes/resources.ts";
import { eventually } from "../../support/pystol-control-plane.ts";
import { type RunnerWorld, startRunnerWorld } from "../../support/runner-world.ts";

const fileVariable = { type: "object", properties: { file: { type: "string" } } };

/** Leaves a process in a session of its own whose parents are gone, ignores SIGTERM itself, and never ends. */
const stubborn = `
(setsid sh -c 'echo $$ > "$FILE"; trap "" TERM; while :; do sleep 1; done' > /dev/null 2>&1 &)
trap '' TERM
while :; do sleep 1; done`;

let world: RunnerWorld;

beforeAll(async () => {
  world = await startRunnerWorld({
    stubborn: [{ "ansible.builtin.shell": stubborn, environment: { FILE: "{{ file }}" } }],
    leaving: [
      {
        "ansible.builtin.shell": `(setsid sh -c 'echo $$ > "$FILE"; exec sleep 600' > /dev/null 2>&1 &)
          until [ -s "$FILE" ]; do :; done`,
        environment: { FILE: "{{ file }}" },
      },
    ],
  });
});
afterAll(() => world?.[Symbol.asyncDispose]());

/** Starts a role that writes the ID of a process that it lets go, and returns that ID once it is there. */
async function startRole(role: string, name: string, timeoutSeconds = 60) {
  const file = join(world.folder, name);
  const runner = await world.start({
    role: { role, arguments: fileVariable },
    extraVars: { file },
    timeoutSeconds,
  });
  const orphan = () =>
    eventually(async () => {
      const id = Number(await readFile(file, "utf8"));
      if (!id) throw new Error("the role has not written its process ID yet");
      return id;
    });
  return { runner, orphan };
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (_gone) {
    return false;
  }
}

describe.concurrent("a role that does not end", () => {
  test("is killed after its time, with the orphan in a session of its own, and the verdict is TimedOut", async () => {
    const { runner, orphan } = await startRole("stubborn", "timeout", 20);
    const id = await orphan();
    expect(isAlive(id)).toBe(true);
    const { report, code } = await runner.ended;
    expect(report).toMatchObject({ verdict: "TimedOut", verified: false });
    expect(report?.message).toContain("was not done within spec.timeout, 20 s");
    expect(isAlive(id)).toBe(false);
    expect(code).toBe(1);
  });

  test("is ended by SIGTERM of the runner, and the verdict is Aborted", async () => {
    const { runner, orphan } = await startRole("stubborn", "sigterm");
    const id = await orphan();
    runner.signal("SIGTERM");
    const { report } = await runner.ended;
    expect(report).toMatchObject({ verdict: "Aborted" });
    expect(report?.message).toContain("SIGTERM");
    expect(isAlive(id)).toBe(false);
  });

  test("is ended by spec.stop of its run, and the verdict is Aborted", async () => {
    const { runner, orphan } = await startRole("stubborn", "stop");
    const id = await orphan();
    const operator = await world.world.clientOf({
      namespace: "pystol-system",
      name: "pystol-operator",
    });
    const place = { namespace: RUNS_NAMESPACE, name: runner.name };
    await operator.mergePatch(pystolRuns, place, { spec: { stop: true } });
    const { report } = await runner.ended;
    expect(report).toMatchObject({ verdict: "Aborted" });
    expect(report?.message).toContain("spec.stop was set");
    expect(isAlive(id)).toBe(false);
  });

  test("is killed when the runner itself is killed", async () => {
    const { runner, orphan } = await startRole("stubborn", "sigkill");
    const id = await orphan();
    runner.signal("SIGKILL");
    await runner.ended;
    await eventually(() => expect(isAlive(id)).toBe(false));
    expect((await world.run(runner.name)).status?.report).toBeUndefined();
  });
});

test("what a role left running is ended before the report says that it passed", async () => {
  const { runner, orphan } = await startRole("leaving", "leaving");
  const id = await orphan();
  const { report } = await runner.ended;
  expect(report?.verdict).toBe("Passed");
  expect(isAlive(id)).toBe(false);
});

test("of two pods of one run exactly one runs the role; the other ends harmlessly with exit code 3", async () => {
  const file = join(world.folder, "race");
  const runner = await world.start({
    role: { role: "leaving", arguments: fileVariable },
    extraVars: { file },
  });
  const rival = await runner.startRival();
  const ends = await Promise.all([runner.ended, rival.ended]);
  expect(ends.map(({ code }) => code).sort()).toEqual([0, 3]);
  const loser = ends.find(({ code }) => code === 3);
  expect(loser?.stdout).toContain('"claimTaken"');
  expect(loser?.stdout).not.toContain("playbookStarted");
  expect(loser?.message).toBe("");
});

test("without an API server the report is still in the termination message", async () => {
  const waiting = 'touch "$FILE"; until [ -e "$FILE.go" ]; do sleep 0.1; done';
  const environment = { FILE: "{{ file }}" };
  await using own = await startRunnerWorld({
    waiting: [{ "ansible.builtin.shell": waiting, environment }],
  });
  const file = join(own.folder, "waiting");
  const runner = await own.start({
    role: { role: "waiting", arguments: fileVariable },
    extraVars: { file },
  });
  await eventually(() => access(file));
  await own.world.controlPlane.stop();
  await writeFile(`${file}.go`, "");
  const { report, code, stderr } = await runner.ended;
  expect(report).toMatchObject({ verdict: "Passed" });
  expect(stderr).toContain("pystol runner: cannot report: PATCH");
  expect(code).toBe(0);
});
