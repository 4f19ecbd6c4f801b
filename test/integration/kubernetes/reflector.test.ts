import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Reflector } from "../../../kubernetes/reflector.ts";
import type { Resource, ResourceType } from "../../../kubernetes/resources.ts";
import {
  eventually,
  type PystolControlPlane,
  startPystolControlPlane,
} from "../../support/pystol-control-plane.ts";

const configMaps: ResourceType<Resource & { data?: Record<string, string> }> = {
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

async function reflect() {
  const changed: string[] = [];
  const end = new AbortController();
  const reflector = new Reflector(world.client, configMaps, {
    selection: { namespace: "default" },
    onChange: (key) => changed.push(key),
  });
  const running = reflector.run(end.signal);
  await reflector.synced;
  const stop = async () => {
    end.abort();
    await running;
  };
  return { reflector, changed, [Symbol.asyncDispose]: stop };
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
