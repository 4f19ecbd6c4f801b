import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { enableNamespace } from "../../../client/enable.ts";
import { resultOf, resultsFrom } from "../../../client/results.ts";
import { scriptCommand } from "../../../client/scenario/command.ts";
import {
  type ProbeResult,
  type Probes,
  runScenario,
  type ScenarioOptions,
} from "../../../client/scenario/scenario.ts";
import type { PystolActionStatus } from "../../../crds/types/pystolactions.ts";
import { type PystolAction, pystolActions } from "../../../kubernetes/resources.ts";
import { manifest } from "../../support/manifests.ts";
import { playOperator, type WriteStatus } from "../../support/played-operator.ts";
import {
  eventually,
  objectsOf,
  type PystolControlPlane,
  startPystolControlPlane,
  typeOf,
} from "../../support/pystol-control-plane.ts";

let world: PystolControlPlane;
let temp: string;
beforeAll(async () => {
  world = await startPystolControlPlane();
  await enableNamespace(world.client, { namespace: "shop", roles: [] });
  for (const name of ["patch", "killpods"]) {
    const [role] = await objectsOf(`collection/pystolroles/${name}.yaml`);
    if (role) await world.client.apply(typeOf(role), role, { fieldManager: "test" });
  }
}, 300_000);
afterAll(() => world?.[Symbol.asyncDispose]());
beforeEach(async () => {
  temp = await mkdtemp(join(tmpdir(), "pystol-scenario-"));
  return () => rm(temp, { recursive: true, force: true });
});

let count = 0;
/** A manifest of a role that holds its fault, unless another is named. */
function held(spec: object = {}) {
  count += 1;
  return manifest({ role: "patch", ...spec }, { name: `scenario-${count}`, namespace: "shop" });
}

const now = () => new Date().toISOString();
const condition = (type: string, reason = type) => ({
  ...{ type, status: "True" as const, reason, message: "m", lastTransitionTime: now() },
});

/** Plays a fault that acts until it is stopped or `untilMs` is over, and is then undone. */
async function playHeld(action: PystolAction, write: WriteStatus, untilMs = 60_000) {
  const injectedTime = now();
  const before = [condition("Started"), condition("Injected")];
  await write({ phase: "Injected", startTime: now(), injectedTime, conditions: before });
  const end = Date.now() + untilMs;
  while (Date.now() < end) {
    const { spec } = await world.client.get(pystolActions, action.metadata);
    if (spec.stop) break;
    await delay(50);
  }
  await write(ended({ injectedTime, recoveredTime: now() }));
}

function ended(more: PystolActionStatus = {}): PystolActionStatus {
  const conditions = [condition("Complete", "Passed")];
  const times = { startTime: now(), completionTime: now() };
  return { phase: "Complete", verdict: "Passed", verified: true, ...times, conditions, ...more };
}

async function run(
  manifests: ReturnType<typeof held>[],
  script: string | undefined,
  options: Partial<ScenarioOptions> = {},
) {
  const startTime = new Date();
  const command =
    script === undefined
      ? undefined
      : scriptCommand({ script, workingDirectory: temp, temp, environment: process.env });
  const ending = await runScenario(world.client, manifests, {
    ...{ mode: "sequence", failFast: false, timeoutMs: 60_000, command },
    progress: () => undefined,
    onCreated: () => undefined,
    isExpected: (each) => resultOf(each).expected,
    ...options,
  });
  return { ...ending, ...resultsFrom({ ...ending, startTime, completionTime: new Date() }) };
}

const wrote = async () => (await readFile(join(temp, "out"), "utf8")).trim().split("\n");

describe("the user's command", () => {
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

describe("a failure", () => {
  test("keeps those after it from being created, with fail-fast", async () => {
    await using _operator = await playOperator(world, (_action, write) =>
      write({ ...ended(), verdict: "Failed" }),
    );
    const results = await run([held(), held()], undefined, { failFast: true });
    expect(results.actions.map(({ verdict }) => verdict)).toEqual(["Failed", "Error"]);
    expect(results.actions[1]?.message).toMatch(/^It was never created: shop\/\S+ failed before/);
    const all = await run([held(), held()], undefined);
    expect(all.actions.map(({ verdict }) => verdict)).toEqual(["Failed", "Failed"]);
  });

  test("is what was not undone, and a pass without evidence where that is asked for, even if expected", async () => {
    await using _operator = await playOperator(world, (_action, write) => {
      const status = ended();
      const left = { ...condition("Recovered", "Conflict"), status: "False" as const };
      return write({
        ...status,
        verified: false,
        conditions: [...(status.conditions ?? []), left],
      });
    });
    const { endings } = await run([held()], undefined);
    const [ending] = endings;
    if (!ending) throw new Error("no ending");
    expect(resultOf(ending)).toMatchObject({
      verdict: "Passed",
      expected: false,
      recovered: false,
    });
    expect(resultOf(ending, true).message).toMatch(/^Not everything .* It gave no evidence/);
  });
});

describe("probes", () => {
  const result = (name: string, phase: ProbeResult["phase"], breached = false): ProbeResult => ({
    ...{ name, phase, checks: 1, failures: breached ? 1 : 0, message: breached ? "no answer" : "" },
    outcome: breached ? "breached" : "passed",
  });

  /** Probes that are breached when they are told to be. */
  function probes(breachedIn?: ProbeResult["phase"]): Probes {
    return {
      settle: async (phase) => [result("shop", phase, phase === breachedIn)],
      begin: ({ onBreach }) => {
        if (breachedIn === "during") setTimeout(() => onBreach("the shop is closed"), 300);
        return { stop: async () => [result("shop", "during", breachedIn === "during")] };
      },
    };
  }

  test("that hold are in the results, once for each phase", async () => {
    await using _operator = await playOperator(world, playHeld);
    const results = await run([held(), held()], "true", { probes: probes() });
    expect(results.outcome).toBe("passed");
    expect(results.probes?.map(({ phase, checks }) => [phase, checks])).toEqual([
      ["before", 1],
      ["during", 2],
      ["after", 1],
    ]);
  });

  test("that are breached before keep every fault from being injected", async () => {
    const results = await run([held()], "echo x >> out", { probes: probes("before") });
    expect(results.outcome).toBe("failed");
    expect(results.actions[0]?.message).toMatch(
      /^It was never created: the probe "shop" was breached/,
    );
    await expect(wrote()).rejects.toThrow("ENOENT");
  });

  test("that are breached during a fault stop it and the command, and what comes after is not run", async () => {
    await using _operator = await playOperator(world, playHeld);
    const results = await run([held(), held()], "sleep 60", { probes: probes("during") });
    expect(results.outcome).toBe("failed");
    expect(results.actions[0]).toMatchObject({ verdict: "Passed", recovered: true });
    expect(results.commands?.[0]?.message).toBe("it was ended: the shop is closed");
    expect(results.actions[1]?.message).toContain("was breached during the faults");
  });

  test("that are breached after fail the run", async () => {
    await using _operator = await playOperator(world, playHeld);
    expect((await run([held()], "true", { probes: probes("after") })).outcome).toBe("failed");
  });
});
