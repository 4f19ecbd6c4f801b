import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Event, events } from "../../../../operator/events/event.ts";
import { findProgram } from "../../../cluster/find-program.ts";
import { freePort } from "../../../cluster/free-port.ts";
import { startOperator } from "../../../support/operator-process.ts";
import { type OperatorWorld, startOperatorWorld } from "../../../support/operator-world.ts";
import {
  claim,
  ended,
  report,
  runOf,
  setPodStatus,
  writeStatus,
} from "../../../support/played-runner.ts";
import { eventually } from "../../../support/pystol-control-plane.ts";

const MANIFESTS = join(import.meta.dirname, "../../../../operator/manifests/observability");

let world: OperatorWorld;
let port: number;
beforeAll(async () => {
  port = await freePort();
  world = await startOperatorWorld({
    env: { PYSTOL_METRICS_PORT: String(port), PYSTOL_LEADER_ELECT: "true" },
  });
}, 300_000);
afterAll(() => world?.[Symbol.asyncDispose]());

/** The Events about an action, oldest first, as "type reason: note". */
async function eventsOf(uid: string, namespace = "shop"): Promise<string[]> {
  const { items } = await world.world.client.list(events, { namespace });
  const ours = items.filter(({ regarding }) => regarding?.uid === uid);
  const inTime = ours.sort((a, b) => (a.eventTime < b.eventTime ? -1 : 1));
  return inTime.map(({ type, reason, note }: Event) => `${type} ${reason}: ${note}`);
}

async function metrics(): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}

/** The lines in which promtool complains of metrics. */
function complaints(promtool: string, input: string): string[] {
  const { status, stderr } = spawnSync(promtool, ["check", "metrics"], { input, encoding: "utf8" });
  expect([0, 1, 3]).toContain(status); // 1: cannot be read, 3: against a convention
  return stderr.split("\n").filter((line) => line !== "");
}

describe("an action that runs", () => {
  let uid: string;
  beforeAll(async () => {
    uid = await world.submit("fault-of-friday");
    const { run, pod } = await runOf(world.world, uid);
    await claim(world.world, run, pod);
    await eventually(async () =>
      expect((await world.get("fault-of-friday")).status?.phase).toBe("Running"),
    );
    const injectedTime = new Date().toISOString();
    await writeStatus(world.world, run, pod, { injectedTime });
    await eventually(async () =>
      expect((await world.get("fault-of-friday")).status?.phase).toBe("Injected"),
    );
    await writeStatus(world.world, run, pod, { injectedTime, report: report({ injectedTime }) });
    await world.finished("fault-of-friday");
    await setPodStatus(world.world, pod, ended({ exitCode: 0 }));
  });

  test("has three Events: that it started, that the fault was there, and the verdict", async () => {
    await eventually(async () =>
      expect(await eventsOf(uid)).toEqual([
        `Normal Started: The runner of killpods started, in PystolRun pa-${uid}.`,
        "Normal Injected: The effect of killpods was seen.",
        "Normal Passed: Passed: 2 of 2 pods were killed and replaced.",
      ]),
    );
  });

  test("is counted, with its role and its verdict and without its name", async () => {
    const text = await metrics();
    expect(text).toContain(
      'pystol_verdicts_total{role="killpods",verdict="Passed",verified="true"} 1',
    );
    expect(text).toMatch(
      /pystol_action_duration_seconds_count\{role="killpods",verdict="Passed"\} 1/,
    );
    expect(text).toMatch(/pystol_action_start_latency_seconds_count 1/);
    expect(text).toMatch(/leader_election_master_status\{name="pystol-operator"\} 1/);
    expect(text).toMatch(/rest_client_requests_total\{code="201",method="POST",host="127/);
    expect(text).toMatch(/pystol_events_total\{result="written"\} [3-9]/);
    expect(text).not.toContain("fault-of-friday");
    expect(text).not.toContain(uid);
  });

  test("says nothing twice when the operator starts again", async () => {
    const before = await eventsOf(uid);
    await world.operator[Symbol.asyncDispose]();
    world.operator = await startOperator(world.world, {
      env: { PYSTOL_METRICS_PORT: String(port) },
    });
    const other = await world.submit("after");
    await runOf(world.world, other);
    expect(await eventsOf(uid)).toEqual(before);
  });
});

describe("an action that cannot run", () => {
  test("has one Event, a warning that says why", async () => {
    const uid = await world.submit("no-role", { role: "made-up-by-a-stranger" });
    await world.finished("no-role");
    await eventually(async () => {
      const said = await eventsOf(uid);
      expect(said).toHaveLength(1);
      expect(said[0]).toMatch(/^Warning Error: Error: There is no PystolRole "made-up-by-/);
    });
    const text = await metrics();
    expect(text).toContain('pystol_verdicts_total{role="unknown",verdict="Error"');
    expect(text).not.toContain("made-up-by-a-stranger");
  });
});

describe("the alerts and the dashboard", () => {
  test("ask for nothing that this operator does not serve", async () => {
    const text = await metrics();
    for (const file of ["rules.yaml", "dashboard.json"]) {
      const names = (await readFile(join(MANIFESTS, file), "utf8")).match(
        /\b(pystol|controller_runtime|workqueue|rest_client|leader_election|nodejs|process)_[a-z0-9_]+\b/g,
      );
      const families = new Set(names?.map((name) => name.replace(/_(bucket|sum|count)$/, "")));
      expect(families.size).toBeGreaterThan(5);
      expect([...families].filter((name) => !text.includes(`# TYPE ${name} `))).toEqual([]);
    }
  });

  test("fire when they should and not before, in Prometheus' own test of rules", async ({
    skip,
  }) => {
    const promtool = await findProgram("promtool");
    if (!promtool) skip("there is no promtool; on Debian: apt-get install prometheus");
    const rules = ["test", "rules", "rules.test.yaml"];
    for (const args of [["check", "rules", "rules.yaml"], rules]) {
      const options = { cwd: MANIFESTS, encoding: "utf8" } as const;
      const { status, stdout, stderr } = spawnSync(promtool ?? "", args, options);
      expect(status, `${stdout}${stderr}`).toBe(0);
    }
  });
});

describe("the metrics", () => {
  test("are what Prometheus reads without a complaint", async ({ skip }) => {
    const promtool = await findProgram("promtool");
    if (!promtool) skip("there is no promtool; on Debian: apt-get install prometheus");
    // Some of Node.js' own, which prom-client names, end in _total without being counters.
    const problems = complaints(promtool ?? "", await metrics()).filter(
      (line) => !/^nodejs_active_\w+_total non-counter/.test(line),
    );
    expect(problems).toEqual([]);
    expect(complaints(promtool ?? "", "pystol_wrong_total 1\n# TYPE x nothing\n")).not.toEqual([]);
  });

  test("are the one thing that their port serves", async () => {
    const { status } = await fetch(`http://127.0.0.1:${port}/livez`);
    expect(status).toBe(404);
  });
});
