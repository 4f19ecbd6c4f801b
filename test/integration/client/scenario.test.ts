import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { pystolActions } from "../../../kubernetes/resources.ts";
import { playOperator } from "../../support/played-operator.ts";
import { eventually } from "../../support/pystol-control-plane.ts";
import {
  condition,
  count,
  ended,
  held,
  now,
  playHeld,
  run,
  temp,
  world,
  wrote,
} from "./scenario-world.ts";

/** Runs this module's text in a process that may not signal those of others, as no user but root may. */
async function withoutKill(script: string): Promise<string> {
  const program = `
    import { scriptCommand } from ${JSON.stringify(join(import.meta.dirname, "../../../client/scenario/command.ts"))};
    const command = scriptCommand({ script: ${JSON.stringify(script)}, workingDirectory: ".", temp: ${JSON.stringify(temp)}, environment: process.env });
    const end = await command({ actions: [], signal: AbortSignal.timeout(1000) });
    console.log(JSON.stringify(end.problem));`;
  const drop = ["--inh-caps=-kill", "--bounding-set=-kill"];
  const node = [process.execPath, "--input-type=module", "--eval", program];
  const { stdout } = await promisify(execFile)("setpriv", [...drop, ...node]);
  return stdout;
}

describe("the user's command", () => {
  test.skipIf(process.getuid?.() !== 0)(
    "that leaves somebody else's process, as sudo does, ends all the same",
    async () => {
      const left = "setpriv --reuid=65534 --clear-groups sleep 8 >/dev/null 2>&1";
      expect(await withoutKill(left)).toContain("it was ended: the time for all actions");
    },
  );

  test("runs while the fault is held, which ends when it does", async () => {
    const seen: unknown[] = [];
    await using _operator = await playOperator(world, async (action, write) => {
      await playHeld(action, write);
      seen.push(await readFile(join(temp, "out"), "utf8"));
    });
    const results = await run([held()], 'sleep 0.3; echo "$PYSTOL_ACTIONS" >> out');
    expect(results.outcome).toBe("passed");
    await eventually(async () => expect(seen).toEqual([`shop/scenario-${count}\n`]));
    const [command] = results.commands ?? [];
    expect(command).toMatchObject({ outcome: "passed", exitCode: 0, message: "" });
    expect(command?.coveredSeconds).toBe(command?.seconds);
  });

  test("runs in a sequence under each fault, in parallel once under all", async () => {
    let most = 0;
    let acting = 0;
    await using _operator = await playOperator(world, async (action, write) => {
      acting += 1;
      most = Math.max(most, acting);
      await playHeld(action, write);
      acting -= 1;
    });
    expect((await run([held(), held()], "echo x >> out")).outcome).toBe("passed");
    expect([await wrote(), most]).toEqual([["x", "x"], 1]);
    const results = await run([held(), held()], "echo y >> out", { mode: "parallel" });
    expect(results.outcome).toBe("passed");
    expect([await wrote(), most]).toEqual([["x", "x", "y"], 2]);
    expect(results.commands).toHaveLength(1);
  });

  test("that fails fails the run, and the fault is undone all the same", async () => {
    await using _operator = await playOperator(world, playHeld);
    const results = await run([held()], "exit 3");
    expect(results.outcome).toBe("failed");
    expect(results.actions[0]).toMatchObject({ expected: true, recovered: true });
    expect(results.commands?.[0]).toMatchObject({
      ...{ outcome: "failed", exitCode: 3, message: "the command ended with exit code 3" },
    });
  });

  test("that outlasts its fault fails the run, with how much of it was covered", async () => {
    await using _operator = await playOperator(world, (action, write) =>
      playHeld(action, write, 700),
    );
    const results = await run([held()], "sleep 2");
    expect(results.outcome).toBe("failed");
    const [command] = results.commands ?? [];
    expect(command).toMatchObject({ outcome: "failed", exitCode: 0 });
    expect(command?.message).toMatch(
      /^the fault of shop\/\S+ covered \S+ of its 2(\.\d)? s: it ended before/,
    );
    expect(command?.coveredSeconds).toBeLessThan(2);
  });

  test("that is longer than the fault's duration is not covered, whatever was seen last", async () => {
    await using _operator = await playOperator(world, playHeld);
    const results = await run([held({ duration: "1s", timeout: "1m" })], "sleep 1.5");
    expect(results.commands?.[0]?.outcome).toBe("failed");
  });

  test("is not run where the action ended before its fault acted, and that fails the run", async () => {
    await using _operator = await playOperator(world, (_action, write) =>
      write({ ...ended(), verdict: "NoTargets" }),
    );
    const results = await run([held({ expect: ["NoTargets"] })], "echo x >> out");
    expect(results.outcome).toBe("failed");
    expect(results.actions[0]?.expected).toBe(true);
    expect(results.commands?.[0]?.message).toMatch(
      /^it was not run, because shop\/\S+ ended before/,
    );
    await expect(wrote()).rejects.toThrow("ENOENT");
  });

  test("of a role that holds nothing runs from when its runner has started", async () => {
    const order: string[] = [];
    await using _operator = await playOperator(world, async (_action, write) => {
      await write({ phase: "Running", startTime: now(), conditions: [condition("Started")] });
      await delay(1000);
      order.push(await readFile(join(temp, "out"), "utf8"));
      await write(ended());
    });
    const results = await run([held({ role: "killpods" })], "echo x >> out; sleep 2");
    expect(order).toEqual(["x\n"]);
    expect(results.outcome).toBe("passed");
    expect(results.commands?.[0]).toMatchObject({ outcome: "passed", coveredSeconds: null });
  });

  test("of a role that holds nothing does not stop it, however soon it ends", async () => {
    await using _operator = await playOperator(world, async (action, write) => {
      await write({ phase: "Running", startTime: now(), conditions: [condition("Started")] });
      await delay(700);
      const { spec } = await world.client.get(pystolActions, action.metadata);
      await write({ ...ended(), verdict: spec.stop ? "Aborted" : "Passed" });
    });
    const results = await run([held({ role: "killpods" })], "true");
    expect(results.actions[0]?.verdict).toBe("Passed");
  });

  test("is not run under a dry run, which never acts, and that fails the run", async () => {
    await using _operator = await playOperator(world, async (_action, write) => {
      await write({ phase: "Running", startTime: now(), conditions: [condition("Started")] });
      await delay(500);
      await write(ended({ conditions: [condition("Started"), condition("Complete")] }));
    });
    const results = await run([held({ role: "killpods", dryRun: true })], "echo x >> out");
    await expect(wrote()).rejects.toThrow("ENOENT");
    expect(results.outcome).toBe("failed");
  });

  test("is no place for others' text: names and paths are data to it", async () => {
    await using _operator = await playOperator(world, playHeld);
    const script = 'printf "%s\\n" "$(basename "$0")" "a\\"b" >> out # $(touch hacked)';
    expect((await run([held()], script)).outcome).toBe("passed");
    expect(await wrote()).toEqual(["run.sh", 'a"b']);
  });

  test("and all that it started end when the run is cancelled, with what is known", async () => {
    const cancel = new AbortController();
    await using _operator = await playOperator(world, playHeld);
    const script = "trap '' TERM; (sleep 60; echo late >> out) & echo x >> out; sleep 60";
    const running = run([held()], script, { signal: cancel.signal });
    while (!(await wrote().catch(() => undefined))) await delay(50);
    const began = performance.now();
    cancel.abort(new Error("cancelled by SIGINT"));
    const results = await running;
    expect(performance.now() - began).toBeLessThan(30_000); // the script's own time is twice that
    expect(results.commands?.[0]?.message).toBe("it was ended: cancelled by SIGINT");
    expect(results.actions[0]?.message).toContain("cancelled by SIGINT");
    const { items } = await world.client.list(pystolActions, { namespace: "shop" });
    const stored = items.find(({ metadata }) => metadata.name === `scenario-${count}`);
    expect(stored?.spec.stop).toBe(true);
  });
});
