import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { resultOf } from "../../../client/results.ts";
import { scriptCommand } from "../../../client/scenario/command.ts";
import type { ProbeResult, Probes } from "../../../client/scenario/scenario.ts";
import { ConnectionError } from "../../../kubernetes/errors.ts";
import { type PystolAction, pystolActions, type Resource } from "../../../kubernetes/resources.ts";
import { playOperator } from "../../support/played-operator.ts";
import {
  condition,
  count,
  ended,
  held,
  playHeld,
  run,
  temp,
  world,
  wrote,
} from "./scenario-world.ts";

describe("a fault is stopped", () => {
  const stored = async () => {
    const { items } = await world.client.list(pystolActions, { namespace: "shop" });
    return items.find(({ metadata }) => metadata.name === `scenario-${count}`);
  };

  test("where the command cannot even be begun", async () => {
    await using _operator = await playOperator(world, (action, write) =>
      playHeld(action, write, 20_000),
    );
    const command = scriptCommand({
      ...{ script: "true", workingDirectory: temp, environment: process.env },
      temp: join(temp, "gone"),
    });
    const began = performance.now();
    const results = await run([held()], undefined, { command });
    expect(performance.now() - began).toBeLessThan(15_000); // its own end comes later
    expect(results.outcome).toBe("failed");
    expect(results.commands?.[0]?.message).toMatch(/^it could not be started: ENOENT/);
    expect(results.actions[0]).toMatchObject({ verdict: "Passed", recovered: true });
  });

  test("where what is to know of it throws", async () => {
    const onCreated = () => {
      throw new Error("no space left on device");
    };
    const results = await run([held()], undefined, { onCreated });
    expect(results.actions[0]?.message).toContain("no space left on device");
    expect((await stored())?.spec.stop).toBe(true);
  });

  test("where the answer to its creation was lost, for it is there all the same", async () => {
    await using _operator = await playOperator(world, playHeld);
    const created: PystolAction[] = [];
    const client = {
      ...world.client,
      create: async <T extends Resource>(...about: Parameters<typeof world.client.create<T>>) => {
        await world.client.create(...about);
        throw new ConnectionError("POST failed: other side closed");
      },
    };
    const results = await run(
      [held()],
      "true",
      { onCreated: (each) => created.push(each) },
      client,
    );
    expect(created.map(({ metadata }) => metadata.name)).toEqual([`scenario-${count}`]);
    expect((await stored())?.spec.stop).toBe(true);
    expect(results.outcome).toBe("passed");
  });

  test("but not one of the same name that was there before", async () => {
    const old = held();
    await world.client.create(pystolActions, old.action);
    await delay(3000);
    const client = {
      ...world.client,
      create: () => Promise.reject(new ConnectionError("POST failed: connect ECONNREFUSED")),
    };
    const results = await run([old], undefined, {}, client);
    expect(results.actions[0]?.message).toContain("It could not be followed: POST failed");
    expect((await stored())?.spec.stop).not.toBe(true);
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

  test("that were to be asked under a fault fail the run if none ever acted", async () => {
    await using _operator = await playOperator(world, (_action, write) =>
      write({ ...ended(), verdict: "NoTargets" }),
    );
    const signals: boolean[] = [];
    const asked: Probes = {
      ...probes(),
      begin: ({ signal }) => {
        signals.push(signal.aborted);
        return { stop: async () => [result("shop", "during", signal.aborted)] };
      },
    };
    const results = await run([held({ expect: ["NoTargets"] })], undefined, { probes: asked });
    expect(signals).toEqual([true]);
    expect(results.outcome).toBe("failed");
    expect(results.actions[0]?.expected).toBe(true);
  });

  test("that are breached during a fault stop it and the command, and what comes after is not run", async () => {
    await using _operator = await playOperator(world, playHeld);
    const results = await run([held(), held()], "sleep 60", { probes: probes("during") });
    expect(results.outcome).toBe("failed");
    expect(results.actions[0]).toMatchObject({ verdict: "Passed", recovered: true });
    expect(results.commands?.[0]?.message).toBe("it was ended: the shop is closed");
    expect(results.actions[1]?.message).toContain("was breached during the faults");
  });

  test("that are not asked after the faults, for the time was over, fail the run", async () => {
    await using _operator = await playOperator(world, playHeld);
    const cancel = new AbortController();
    const asked: string[] = [];
    const late: Probes = {
      settle: async (phase, signal) => {
        asked.push(phase);
        return [result("shop", phase, signal.aborted)];
      },
      begin: () => ({
        stop: async () => {
          cancel.abort(new DOMException("late", "TimeoutError")); // as the time ends, so does the fault
          return [];
        },
      }),
    };
    const results = await run([held()], "true", { probes: late, signal: cancel.signal });
    expect(results.actions[0]?.expected).toBe(true);
    expect(results.outcome).toBe("failed");
    expect(asked).toEqual(["before", "after"]);
  });

  test("that are breached after fail the run", async () => {
    await using _operator = await playOperator(world, playHeld);
    expect((await run([held()], "true", { probes: probes("after") })).outcome).toBe("failed");
  });
});
