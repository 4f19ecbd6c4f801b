import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Client } from "../../../kubernetes/client.ts";
import { Reflector } from "../../../kubernetes/reflector.ts";
import type { Resource, ResourceType } from "../../../kubernetes/resources.ts";
import { lines } from "../../../kubernetes/watch.ts";
import {
  eventually,
  type PystolControlPlane,
  startPystolControlPlane,
} from "../../support/pystol-control-plane.ts";

type ConfigMap = Resource & { data?: Record<string, string> };
const configMaps: ResourceType<ConfigMap> = {
  apiVersion: "v1",
  kind: "ConfigMap",
  plural: "configmaps",
  namespaced: true,
};
const named = (name: string, value: string) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default" },
  data: { value },
});
const place = (name: string) => ({ namespace: "default", name });

let world: PystolControlPlane;
beforeAll(async () => {
  world = await startPystolControlPlane();
}, 300_000);
afterAll(() => world?.[Symbol.asyncDispose]());

/** A client whose first watch leaves out what happens to "lost" and expires after what happens to "last", and so on. */
function forgetful(client: Client): Client {
  const ends = ["last", "end-of-watch"];
  return {
    ...client,
    stream: async (request) => {
      const stream = await client.stream(request);
      const end = ends.shift();
      return (async function* () {
        for await (const line of lines(stream)) {
          const { object } = JSON.parse(line);
          if (object.metadata.name !== "lost") yield Buffer.from(`${line}\n`);
          if (object.metadata.name !== end) continue;
          const status = { kind: "Status", code: 410, reason: "Expired", message: "too old" };
          yield Buffer.from(`${JSON.stringify({ type: "ERROR", object: status })}\n`);
          return;
        }
      })();
    },
  };
}

async function reflect(
  client: Client = world.client,
  { trim }: { trim?: (object: ConfigMap) => ConfigMap } = {},
) {
  const changed: string[] = [];
  let missed = 0;
  const end = new AbortController();
  const reflector = new Reflector(client, configMaps, {
    selection: { namespace: "default" },
    indexBy: ({ data }) => data?.value,
    ...(trim ? { trim } : {}),
    onChange: (key) => changed.push(key),
    onEnd: (ended) => {
      missed += ended.missed;
    },
  });
  const running = reflector.run(end.signal);
  await reflector.synced;
  const stop = async () => {
    end.abort();
    await running;
  };
  return { reflector, changed, missed: () => missed, [Symbol.asyncDispose]: stop };
}

describe("a reflector", () => {
  test("has what there was before, and follows what is added, changed and deleted", async () => {
    await world.client.create(configMaps, named("before", "1"));
    await using running = await reflect();
    const dataOf = (name: string) => running.reflector.get(`default/${name}`)?.data?.value;
    expect(dataOf("before")).toBe("1");
    await world.client.create(configMaps, named("after", "1"));
    await world.client.mergePatch(configMaps, place("before"), { data: { value: "2" } });
    await eventually(() => expect([dataOf("before"), dataOf("after")]).toEqual(["2", "1"]));
    await world.client.delete(configMaps, place("before"));
    await eventually(() => expect(dataOf("before")).toBeUndefined());
    expect(running.changed.filter((key) => key === "default/before")).toHaveLength(3);
  });

  test("knows at once of an own write, and takes nothing older for it", async () => {
    await using running = await reflect();
    const first = await world.client.create(configMaps, named("own", "1"));
    const second = await world.client.mergePatch(configMaps, place("own"), {
      data: { value: "2" },
    });
    running.reflector.store(second);
    running.reflector.store(first);
    expect(running.reflector.get("default/own")?.data?.value).toBe("2");
  });

  test("tells what others change, not the echo of an own write", async () => {
    await using running = await reflect();
    const own = await world.client.create(configMaps, named("echo", "1"));
    running.reflector.store(own);
    await world.client.create(configMaps, named("after-echo", "1"));
    await eventually(() => expect(running.changed).toContain("default/after-echo"));
    const echoes = running.changed.filter((key) => key === "default/echo").length;
    // The watch may have been faster than the answer, and is told then.
    expect(echoes).toBeLessThanOrEqual(1);
    expect(running.reflector.having("1").map(({ metadata }) => metadata.name)).toContain("echo");
    await world.client.mergePatch(configMaps, place("echo"), { data: { value: "2" } });
    await eventually(() =>
      expect(running.changed.filter((key) => key === "default/echo")).toHaveLength(echoes + 1),
    );
  });

  test("tells of a change only where it changed what is kept", async () => {
    const trim = ({ apiVersion, kind, metadata }: ConfigMap) => ({ apiVersion, kind, metadata });
    await using running = await reflect(world.client, { trim });
    await world.client.create(configMaps, named("kept", "1"));
    const changed = await world.client.mergePatch(configMaps, place("kept"), {
      data: { value: "2" },
    });
    await eventually(() => {
      const { resourceVersion } = running.reflector.get("default/kept")?.metadata ?? {};
      expect(resourceVersion).toBe(changed.metadata.resourceVersion);
    });
    const told = () => running.changed.filter((key) => key === "default/kept").length;
    expect(told()).toBe(1);
    await world.client.mergePatch(configMaps, place("kept"), { metadata: { labels: { a: "b" } } });
    await eventually(() => expect(told()).toBe(2));
    await world.client.delete(configMaps, place("kept"));
    await eventually(() => expect(told()).toBe(3));
  });

  test("counts what a list shows that the watch had not told", async () => {
    await using running = await reflect(forgetful(world.client));
    await world.client.create(configMaps, named("lost", "1"));
    await world.client.create(configMaps, named("last", "1"));
    await eventually(() => expect(running.reflector.get("default/lost")).toBeDefined());
    await world.client.create(configMaps, named("end-of-watch", "1"));
    await eventually(() => expect(running.missed()).toBe(1));
  });

  test("does not bring back what was deleted when the answer to an earlier write comes late", async () => {
    await using running = await reflect();
    const late = await world.client.create(configMaps, named("ghost", "1"));
    await eventually(() => expect(running.reflector.get("default/ghost")).toBeDefined());
    await world.client.delete(configMaps, place("ghost"));
    await eventually(() => expect(running.reflector.get("default/ghost")).toBeUndefined());
    running.reflector.store(late);
    expect(running.reflector.get("default/ghost")).toBeUndefined();
  });

  test("keeps no managedFields", async () => {
    await using running = await reflect();
    await world.client.create(configMaps, named("lean", "1"));
    await eventually(() => expect(running.reflector.get("default/lean")).toBeDefined());
    expect(running.reflector.get("default/lean")?.metadata).not.toHaveProperty("managedFields");
  });

  test("ends when it is told to", async () => {
    const running = await reflect();
    await expect(running[Symbol.asyncDispose]()).resolves.toBeUndefined();
  });
});
