import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TaskEvent } from "../../../runner/events.ts";
import { outcomeOf } from "../../../runner/verdict.ts";
import { type AnsibleWorld, startAnsibleWorld } from "../../support/ansible-play.ts";

let world: AnsibleWorld;

beforeAll(async () => {
  world = await startAnsibleWorld();
});
afterAll(() => world?.[Symbol.asyncDispose]());

/** An HTTP server of this test alone. */
async function serve(answer: RequestListener): Promise<AsyncDisposable & { port: number }> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Runs the role as the runner does. */
async function pingtest(variables: Record<string, unknown>) {
  const role = "pystol.actions.pingtest";
  const play = { hosts: "localhost", connection: "local", gather_facts: false, roles: [{ role }] };
  const result = await world.play([play], { intervalMilliseconds: 1, ...variables });
  const outcome = outcomeOf({ ...result, role, image: "none", found: "found" as const });
  return { ...outcome, evidence: result.evidence.targets, events: result.events };
}

describe.concurrent("pingtest", () => {
  test("passes where HTTP and TCP endpoints answer, with the figures of each as evidence", async () => {
    let requests = 0;
    await using server = await serve((_request, response) => {
      requests += 1;
      response.end("hello");
    });
    const http = `http://127.0.0.1:${server.port}/`;
    const tcp = `tcp://127.0.0.1:${server.port}`;
    const { verdict, message, evidence } = await pingtest({ targets: [http, tcp], attempts: 3 });
    expect({ verdict, message }).toEqual({
      verdict: "Passed",
      message: `2 endpoints reachable: ${http}, ${tcp}.`,
    });
    expect(requests).toBe(3);
    expect(evidence.map(({ name }) => name).sort()).toEqual([http, tcp]);
    for (const { kind, outcome, evidence: figures } of evidence) {
      expect({ kind, outcome }).toEqual({ kind: "Endpoint", outcome: "reachable" });
      expect(figures).toMatchObject({ sent: 3, received: 3, lossPercent: 0 });
      const { latencyMs } = figures as { latencyMs: { min: number; median: number; max: number } };
      expect(latencyMs.min).toBeGreaterThan(0);
      expect(latencyMs.min).toBeLessThanOrEqual(latencyMs.median);
      expect(latencyMs.median).toBeLessThanOrEqual(latencyMs.max);
    }
  });

  test("fails over the allowed loss and passes within it, with the figures and the last reason", async () => {
    let requests = 0;
    await using server = await serve((_request, response) => {
      requests += 1;
      response.statusCode = requests % 4 === 0 ? 503 : 200;
      response.end();
    });
    const target = `http://127.0.0.1:${server.port}/`;
    const wish = { targets: [target], attempts: 4 };
    const strict = await pingtest({ ...wish, allowedLossPercent: 24.5 });
    const lenient = await pingtest({ ...wish, allowedLossPercent: 25 });
    expect(strict).toMatchObject({
      verdict: "Failed",
      message: `${target}: 1 of 4 attempts lost (25 %, allowed 24.5 %); last: HTTP status 503.`,
      evidence: [{ outcome: "unreachable", evidence: { sent: 4, received: 3, lossPercent: 25 } }],
    });
    expect(lenient).toMatchObject({ verdict: "Passed", evidence: [{ outcome: "reachable" }] });
  });

  test("fails over the latency bound, and counts what takes longer than the timeout as lost", async () => {
    await using server = await serve((request, response) => {
      setTimeout(() => response.end(), request.url === "/slow" ? 60 : 30_000).unref();
    });
    const base = `http://127.0.0.1:${server.port}`;
    const slow = await pingtest({
      targets: [`${base}/slow`],
      attempts: 1,
      maxLatencyMilliseconds: 50,
    });
    const never = await pingtest({
      targets: [`${base}/never`],
      attempts: 1,
      timeoutMilliseconds: 100,
    });
    expect(slow.verdict).toBe("Failed");
    expect(slow.message).toMatch(/slow: latency up to [\d.]+ ms \(allowed 50 ms\)/);
    expect(never.message).toContain("last: no answer within 100 ms");
  });

  test("takes the status codes that are expected, and a redirect as an answer otherwise", async () => {
    await using server = await serve((request, response) => {
      response
        .writeHead(request.url === "/moved" ? 302 : 418, { location: "http://127.0.0.1:1/" })
        .end();
    });
    const base = `http://127.0.0.1:${server.port}`;
    const moved = await pingtest({ targets: [`${base}/moved`], attempts: 1 });
    const teapot = await pingtest({ targets: [`${base}/`], attempts: 1, expectStatus: [418] });
    expect([moved.verdict, teapot.verdict]).toEqual(["Passed", "Passed"]);
  });

  test("fails where nothing listens, and says so", async () => {
    const { port } = await freedPort(serve(() => undefined));
    const { verdict, message } = await pingtest({
      targets: [`tcp://127.0.0.1:${port}`],
      attempts: 1,
    });
    expect(verdict).toBe("Failed");
    expect(message).toContain(`connect ECONNREFUSED 127.0.0.1:${port}`);
  });

  test.for<[string, Record<string, unknown>, string]>([
    ["a target that is no endpoint", { targets: ["icmp://-f"] }, "names no host"],
    ["a missing target", {}, "missing required arguments: targets"],
    ["a wrong type", { targets: ["tcp://127.0.0.1:1"], attempts: "many" }, "attempts"],
  ])("with %s is an Error and not a failed test", async ([_, variables, reason]) => {
    const { verdict, message, evidence } = await pingtest(variables);
    expect(verdict).toBe("Error");
    expect(message).toContain(reason);
    expect(evidence).toEqual([]);
  });
});

/** A port that was free a moment ago: its server is closed again. */
async function freedPort(started: ReturnType<typeof serve>): Promise<{ port: number }> {
  await using server = await started;
  return { port: server.port };
}

test("Ansible that matches no host is an Error, though it ends with exit code 0", async () => {
  const play = { hosts: "nowhere", gather_facts: false, tasks: [{ debug: { msg: "hello" } }] };
  const result = await world.play([play]);
  expect(result.ending).toEqual({ code: 0 });
  const outcome = outcomeOf({
    ...result,
    role: "acme.tests.one",
    image: "none",
    found: "found" as const,
  });
  expect(outcome).toEqual({
    verdict: "Error",
    message: "The role acme.tests.one did not run: no host matched.",
  });
});

test("what is marked no_log is in no event", async () => {
  const secret = "hunter2-in-the-clear";
  const task = { debug: { msg: "{{ secret }}" }, no_log: true };
  const play = { hosts: "localhost", connection: "local", gather_facts: false, tasks: [task] };
  const { events } = await world.play([play], { secret });
  const told = events.find((event): event is TaskEvent => event.event === "taskOk");
  expect(told).toBeDefined();
  expect(JSON.stringify(events)).not.toContain(secret);
});
