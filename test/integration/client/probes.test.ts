import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checker } from "../../../client/probes/check.ts";
import type { ProbeContext } from "../../../client/probes/context.ts";
import type { ConditionCheck, Probe } from "../../../client/probes/probe.ts";
import type { Client } from "../../../kubernetes/client.ts";
import {
  type PystolControlPlane,
  startPystolControlPlane,
} from "../../support/pystol-control-plane.ts";

let plane: PystolControlPlane;
let client: Client;
beforeAll(async () => {
  plane = await startPystolControlPlane();
  client = plane.client;
  await create("/apis/apps/v1/namespaces/default/deployments", deployment);
  await create("/api/v1/nodes", { kind: "Node", apiVersion: "v1", metadata: { name: "worker" } });
  await setStatus("/api/v1/nodes/worker", { conditions: [condition("Ready", "Unknown")] });
}, 300_000);
afterAll(async () => {
  await plane?.[Symbol.asyncDispose]();
});

const labels = { app: "web" };
const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web" },
  spec: {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: "web", image: "web:1" }] } },
  },
};
const web = "/apis/apps/v1/namespaces/default/deployments/web";

const create = (path: string, body: unknown) => client.request({ method: "POST", path, body });

function setStatus(path: string, status: unknown) {
  const contentType = "application/merge-patch+json";
  return client.request({ method: "PATCH", path: `${path}/status`, contentType, body: { status } });
}

function condition(type: string, status: string) {
  const time = "2026-01-01T00:00:00Z";
  const times = type === "Ready" ? { lastHeartbeatTime: time } : { lastUpdateTime: time };
  return {
    ...times,
    type,
    status,
    reason: "Played",
    message: "by\nnobody",
    lastTransitionTime: time,
  };
}

/** The message of one check: empty if it succeeded. */
async function messageOf(
  changes: Partial<ConditionCheck>,
  {
    context = {},
    timeoutMs = 20_000,
  }: { context?: Partial<ProbeContext>; timeoutMs?: number } = {},
): Promise<string> {
  const check: ConditionCheck = {
    ...{ kind: "condition", apiVersion: "apps/v1", objectKind: "Deployment" },
    ...{ namespace: "default", name: "web", type: "Available", status: "True" },
    ...changes,
  };
  const probe: Probe = {
    ...{ name: "p", check, when: ["during"], intervalMs: 100, timeoutMs, failureThreshold: 3 },
  };
  const all: ProbeContext = {
    ...{ client, workspace: "/", environment: {}, temp: "/", signal: new AbortController().signal },
    ...{ progress: () => undefined, now: () => new Date() },
    ...context,
  };
  const { ok, message } = await checker(all)(probe, all.signal);
  expect(ok).toBe(message === "");
  return message;
}

describe("a condition of an object in a real API server", () => {
  test("is met with the status that is expected, and says the reason where it is another", async () => {
    await setStatus(web, { observedGeneration: 1, conditions: [condition("Available", "False")] });
    expect(await messageOf({})).toBe(
      "Deployment default/web: Available is False (Played: by nobody); expected True",
    );
    expect(await messageOf({ status: "False" })).toBe("");
    await setStatus(web, { observedGeneration: 1, conditions: [condition("Available", "True")] });
    expect(await messageOf({})).toBe("");
  });

  test("that the object has not is a failure that names those that it has", async () => {
    await setStatus(web, { conditions: [condition("Available", "True")] });
    // The controller of Deployments may have added conditions of its own.
    expect(await messageOf({ type: "Availabel" })).toMatch(
      /^Deployment default\/web: it has no condition Availabel; there are: (\w+, )*Available/,
    );
  });

  test("of an older generation says nothing of the object as it is now", async () => {
    await setStatus(web, { observedGeneration: 1, conditions: [condition("Available", "True")] });
    const contentType = "application/merge-patch+json";
    const body = { spec: { replicas: 2 } };
    await client.request({ method: "PATCH", path: web, contentType, body });
    expect(await messageOf({})).toMatch(/: Available is True of an older generation, 1 of \d+$/);
  });

  test("of a cluster's own object needs no namespace, another's does", async () => {
    const node = { apiVersion: "v1", objectKind: "Node", name: "worker", type: "Ready" };
    const place = { namespace: undefined } as unknown as { namespace: string };
    expect(await messageOf({ ...node, ...place })).toMatch(/^Node worker: Ready is Unknown/);
    expect(await messageOf(place)).toBe(
      "Deployment web belongs to a namespace; give condition.namespace",
    );
  });

  test.each([
    [{ name: "none" }, /^there is no Deployment default\/none$/],
    [{ apiVersion: "apps/v9" }, /^the API server serves no apps\/v9$/],
    [
      { objectKind: "Deploymnt" },
      /could not be read: The API server serves no Deploymnt in apps\/v1/,
    ],
  ])("is a failure for %j", async (changes, message) => {
    expect(await messageOf(changes)).toMatch(message);
  });

  test("that the account may not read is a failure that says so", async () => {
    await create("/api/v1/namespaces/default/serviceaccounts", {
      ...{ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "nobody" } },
    });
    const nobody = await plane.clientOf({ namespace: "default", name: "nobody" });
    expect(await messageOf({}, { context: { client: nobody } })).toMatch(/forbidden/);
  });

  test("without a cluster is a failure", async () => {
    expect(await messageOf({}, { context: { client: undefined } })).toBe(
      "there is no cluster to ask for a condition",
    );
  });
});

test("an API server that does not answer is a failure at the timeout", async () => {
  const silent = { ...client, request: () => new Promise<never>(() => undefined) };
  expect(await messageOf({}, { context: { client: silent }, timeoutMs: 100 })).toBe(
    "no success within 0.1 s",
  );
});
