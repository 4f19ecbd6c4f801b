import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, createClient } from "../../kubernetes/client.ts";
import { ConnectionError } from "../../kubernetes/errors.ts";
import type { Resource, ResourceType } from "../../kubernetes/resources.ts";
import { watch } from "../../kubernetes/watch.ts";
import { type ApiProxy, startApiProxy } from "../support/api-proxy/api-proxy.ts";
import { type Fate, PASS, tooMany } from "../support/api-proxy/fate.ts";
import { cutWithinCharacter, retoldLines } from "../support/api-proxy/stream-changes.ts";
import {
  type PystolControlPlane,
  startPystolControlPlane,
} from "../support/pystol-control-plane.ts";

type ConfigMap = Resource & { data: Record<string, string> };
const configMaps: ResourceType<ConfigMap> = {
  ...{ apiVersion: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true },
};
const named = (name: string, text = "x"): ConfigMap => ({
  ...{ apiVersion: "v1", kind: "ConfigMap", data: { text } },
  metadata: { name, namespace: "default" },
});

let world: PystolControlPlane;
let proxy: ApiProxy;
let client: Client;
beforeAll(async () => {
  world = await startPystolControlPlane();
  proxy = await startApiProxy(world.controlPlane);
  const { ca, adminToken } = world.controlPlane;
  const authorization = async () => `Bearer ${adminToken}`;
  client = createClient(
    { server: proxy.server, ca, namespace: "default", authorization },
    { userAgent: "through-the-proxy" },
  );
}, 300_000);
afterAll(async () => {
  await client?.close();
  await proxy?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

const onWrites = (fate: Fate) => {
  proxy.decide = ({ isWrite }) => (isWrite ? fate : PASS);
};
const exists = async (name: string) => {
  const { items } = await world.client.list(configMaps, { namespace: "default" });
  return items.some(({ metadata }) => metadata.name === name);
};

describe("the proxy of the reliability tests", () => {
  test("lets a request through, and tells who asked for what", async () => {
    proxy.decide = () => PASS;
    await client.create(configMaps, named("passed"));
    expect(proxy.writes.at(-1)).toMatchObject({
      label: "POST configmaps",
      code: 201,
      caller: { agent: "through-the-proxy" },
    });
    const operator = await world.tokenOf({ namespace: "pystol-system", name: "pystol-operator" });
    const seen: string[] = [];
    proxy.decide = ({ caller }) => {
      seen.push(caller.user);
      return PASS;
    };
    await fetchAs(operator);
    expect(seen).toEqual(["system:serviceaccount:pystol-system:pystol-operator"]);
  });

  test("cuts before a write is forwarded: the API server never has it", async () => {
    let wasToldBefore = false;
    onWrites({
      kind: "before",
      cut: "reset",
      first: async () => {
        wasToldBefore = !(await exists("before"));
      },
    });
    await expect(client.create(configMaps, named("before"))).rejects.toThrow(ConnectionError);
    expect(wasToldBefore).toBe(true);
    expect(await exists("before")).toBe(false);
  });

  test("cuts after a write is applied: the API server has it and the client does not know", async () => {
    let code = 0;
    onWrites({
      kind: "after",
      cut: "reset",
      first: (answered) => {
        code = answered;
      },
    });
    await expect(client.create(configMaps, named("after"))).rejects.toThrow(
      /ECONNRESET|other side/,
    );
    expect(code).toBe(201);
    expect(await exists("after")).toBe(true);
  });

  test("answers in the API server's place", async () => {
    onWrites(tooMany(7));
    await expect(client.create(configMaps, named("many"))).rejects.toMatchObject({
      reason: "TooManyRequests",
      retryAfterMs: 7000,
    });
  });

  test("cuts a watch within a character", async () => {
    proxy.decide = ({ isWatch }) =>
      isWatch ? { kind: "changed", change: cutWithinCharacter("reset") } : PASS;
    const watching = watched(1, await newestVersion());
    await world.client.create(configMaps, named("umlaut", "a € b"));
    await expect(watching).rejects.toThrow();
  });

  test("tells a watch's events twice and the first of two last", async () => {
    proxy.decide = ({ isWatch }) =>
      isWatch
        ? {
            kind: "changed",
            change: retoldLines((line) => [
              { line, afterMs: line.includes('"late"') ? 300 : 0 },
              { line, afterMs: line.includes('"late"') ? 300 : 0 },
            ]),
          }
        : PASS;
    const watching = watched(4, await newestVersion());
    await world.client.create(configMaps, named("late"));
    await world.client.create(configMaps, named("soon"));
    expect(await watching).toEqual(["soon", "soon", "late", "late"]);
  });
});

async function fetchAs(token: string): Promise<void> {
  const { ca } = world.controlPlane;
  const authorization = async () => `Bearer ${token}`;
  const own = createClient(
    { server: proxy.server, ca, namespace: "default", authorization },
    { userAgent: "operator" },
  );
  await own.request({ method: "GET", path: "/api/v1/namespaces" });
  await own.close();
}

async function newestVersion(): Promise<string> {
  const { metadata } = await world.client.list(configMaps, { namespace: "default" });
  return metadata.resourceVersion ?? "0";
}

/** The names of the first `count` ConfigMaps of default after that version that a watch through the proxy tells of. */
async function watched(count: number, resourceVersion: string): Promise<string[]> {
  const names: string[] = [];
  const end = new AbortController();
  const events = watch(client, configMaps, {
    ...{ namespace: "default", resourceVersion },
    ...{ timeoutSeconds: 60, signal: end.signal },
  });
  for await (const { type, object } of events) {
    if (type === "ADDED") names.push(object.metadata.name);
    if (names.length >= count) break;
  }
  end.abort();
  return names;
}
