import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Resource } from "../../../kubernetes/resources.ts";
import { eventually } from "../../support/pystol-control-plane.ts";
import { deployments, image, letPatch, newImage, patchScene, written } from "./patch-scene.ts";
import { type RoleWorld, startRoleWorld } from "./role-world.ts";

let world: RoleWorld;
beforeAll(async () => {
  world = await startRoleWorld(["patch"]);
});
afterAll(() => world?.[Symbol.asyncDispose]());

/** In full, so that a failure shows its reason. */
const succeeded = { failed: false, msg: expect.any(String) };

const scene = (patched: { type?: string; patch: unknown }, labels = {}) =>
  patchScene(world, patched, labels);

describe.concurrent("patch", () => {
  test.for([
    ["a strategic merge patch", newImage],
    [
      "a merge patch that adds, changes and removes",
      {
        type: "merge",
        patch: {
          metadata: { labels: { tier: null, new: "1" }, annotations: { "example.org/a": "b" } },
          spec: { replicas: 3, template: { spec: { terminationGracePeriodSeconds: 5 } } },
        },
      },
    ],
    [
      "a JSON patch that replaces containers",
      {
        type: "json",
        patch: [
          { op: "remove", path: "/spec/template/spec/containers/0" },
          {
            op: "add",
            path: "/spec/template/spec/containers/-",
            value: { name: "extra", image: "example.org/x:1" },
          },
          { op: "add", path: "/metadata/labels/new", value: "1" },
        ],
      },
    ],
  ] as const)("%s is seen in force, and undone exactly", async ([_, patched], { expect }) => {
    const { kept, target, read, play, verify } = await scene(patched, { tier: "front" });
    const before = await written(read);
    const injected = await play(["inject", "injected"]);
    expect(injected).toEqual({ failed: false, msg: expect.stringMatching(/^1 object is patched/) });
    expect(await written(read)).not.toEqual(before);
    expect(kept.records).toMatchObject([{ state: "Open", targetUID: target.uid }]);
    expect(kept.evidence).toMatchObject([
      { phase: "injected", outcome: "patched", target, evidence: { changed: expect.any(Array) } },
    ]);
    expect(await verify("recovered")).toMatchObject({ failed: true });
    const recovered = await play(["recover", "recovered"]);
    expect(recovered).toEqual({
      failed: false,
      msg: expect.stringMatching(/^1 object is as before/),
    });
    expect(await written(read)).toEqual(before);
    expect(kept.records).toMatchObject([{ state: "Done" }]);
    expect(kept.evidence[1]).toMatchObject({ phase: "recovered", outcome: "restored", target });
    expect(await verify("injected")).toMatchObject({ failed: true });
  });

  test("the record is stored before the object changes", async ({ expect }) => {
    const { read, inject } = await scene(newImage);
    let seen: unknown;
    await inject({
      onMessage: async ({ type }) => {
        if (type === "undo") seen = image(await read(), "web");
      },
    });
    expect(seen).toBe("example.org/web:1");
    expect(image(await read(), "web")).toBe("example.org/web:2");
  });

  test("nothing changes where the record is refused", async ({ expect }) => {
    const { kept, read, inject } = await scene(newImage);
    const refuse = async ({ type }: { type: string }) => {
      if (type === "undo")
        kept.records.push({ id: await idOf(), module: "m", args: {}, state: "Done" });
    };
    const idOf = async () => `patch/${(await read()).metadata.uid}/1`;
    const end = await inject({ onMessage: refuse });
    expect(end).toMatchObject({
      failed: true,
      msg: expect.stringContaining("is recorded already"),
    });
    expect(image(await read(), "web")).toBe("example.org/web:1");
  });

  test("what somebody writes between record and patch is kept, and not undone", async ({
    expect,
  }) => {
    const { kept, read, inject, recover, change } = await scene(newImage);
    let count = 0;
    const meddle = async ({ type }: { type: string }) => {
      if (type === "undo" && ++count === 1) await change({ spec: { replicas: 2 } });
    };
    expect(await inject({ onMessage: meddle })).toEqual(succeeded);
    // The Deployment's controller writes, too, so there may be more than one that came to nothing.
    const states = kept.records.map(({ state }) => state);
    expect(states.slice(-2)).toEqual(["Done", "Open"]);
    expect(states.filter((state) => state === "Open")).toHaveLength(1);
    expect(await recover()).toEqual(succeeded);
    const after = await read();
    expect(after.spec.replicas).toBe(2);
    expect(image(after, "web")).toBe("example.org/web:1");
  });

  test("a container that somebody adds meanwhile stays where it is", async ({ expect }) => {
    const { read, inject, recover } = await scene(newImage);
    await inject();
    const sidecar = { name: "sidecar", image: "example.org/sidecar:1" };
    await world.client.jsonPatch(deployments, (await read()).metadata, [
      { op: "add", path: "/spec/template/spec/containers/0", value: sidecar },
    ]);
    expect(await recover()).toEqual(succeeded);
    const names = (await read()).spec.template.spec.containers.map(
      (each) => `${each.name} ${each.image}`,
    );
    expect(names).toEqual([
      "sidecar example.org/sidecar:1",
      "web example.org/web:1",
      "log example.org/log:1",
    ]);
  });

  test("a field that somebody overwrote is a conflict and left alone; the others are restored", async ({
    expect,
  }) => {
    const merged = { spec: { replicas: 3, ...newImage.patch.spec } };
    const { kept, read, inject, recover, change } = await scene({ patch: merged });
    await inject();
    await change({ spec: { replicas: 7 } });
    expect(await recover()).toMatchObject({
      failed: false,
      msg: expect.stringContaining("meanwhile at spec.replicas"),
    });
    expect(kept.records).toMatchObject([{ state: "Conflict" }]);
    const after = await read();
    expect(after.spec.replicas).toBe(7);
    expect(image(after, "web")).toBe("example.org/web:1");
  });

  test("an object that is gone, or made again, has nothing to undo", async ({ expect }) => {
    const { kept, place, read, inject, recover } = await scene(newImage);
    await inject();
    const old = await read();
    await world.client.delete(deployments, place);
    await eventually(async () => {
      const again = await world.apply({
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: place,
        spec: { ...old.spec },
      });
      if (again.metadata.uid === old.metadata.uid) throw new Error("the old one is still there");
    });
    expect(await recover()).toEqual(succeeded);
    expect(kept.records).toMatchObject([
      { state: "Done", message: expect.stringContaining("is gone") },
    ]);
    expect(image(await read(), "web")).toBe("example.org/web:2");
  });

  test("an undo that was done already is Done, and changes nothing", async ({ expect }) => {
    const { kept, read, inject, recover } = await scene(newImage);
    await inject();
    await recover();
    for (const record of kept.records) record.state = "Open";
    const before = await written(read);
    expect(await recover()).toMatchObject({ msg: expect.stringContaining("as before already") });
    expect(await written(read)).toEqual(before);
  });

  test.for([
    [
      "would change nothing",
      { type: "merge", patch: { spec: { replicas: 0 } } },
      /changes nothing of Deployment web-/,
    ],
    [
      "has a field that the server does not know",
      { type: "merge", patch: { spec: { replicaz: 1 } } },
      /unknown field "spec\.replicaz"/,
    ],
    [
      "would make an object that is not valid",
      { type: "merge", patch: { spec: { replicas: -1 } } },
      /greater than or equal to 0/,
    ],
    [
      "changes the status",
      { type: "merge", patch: { status: { replicas: 3 } } },
      /patch\.status cannot be changed/,
    ],
    [
      "renames the object",
      { type: "json", patch: [{ op: "replace", path: "/metadata/name", value: "x" }] },
      /changes "\/metadata\/name", which this role cannot/,
    ],
    ["is a list where an object is expected", { type: "merge", patch: [1] }, /patch is a list/],
  ] as const)(
    "a patch that %s is refused with the reason, and nothing is recorded",
    async ([_, patched, reason], { expect }) => {
      const { kept, inject } = await scene(patched);
      expect(await inject()).toEqual({ failed: true, msg: expect.stringMatching(reason) });
      expect(kept).toEqual({ records: [], evidence: [] });
    },
  );

  test("none of several objects is patched where one cannot be", async ({ expect }) => {
    const { kept, target, read, inject } = await scene(newImage);
    const targets = [target, { ...target, name: "absent" }];
    const end = await inject({ variables: { pystol_targets: targets } });
    expect(end).toMatchObject({
      failed: true,
      msg: expect.stringContaining("Deployment absent is gone"),
    });
    expect(kept.records).toEqual([]);
    expect(image(await read(), "web")).toBe("example.org/web:1");
  });

  test("what the server draws anew each time is recorded as it came, and undone", async ({
    expect,
  }) => {
    const { kept, place, play } = await scene({
      type: "merge",
      patch: { spec: { type: "NodePort" } },
    });
    await letPatch(world, "services");
    const port = { name: "http", port: 80 };
    const spec = { selector: { app: place.name }, ports: [port] };
    const kind = { apiVersion: "v1", kind: "Service" };
    const service = await world.apply({ ...kind, metadata: place, spec });
    const targets = [{ ...kind, ...place, uid: service.metadata.uid }];
    const variables = { pystol_targets: targets };
    // The dry run gets another port of the node than the patch.
    expect(await play(["inject", "injected"], { variables })).toEqual(succeeded);
    expect(kept.records.map(({ state }) => state)).toEqual(["Done", "Open"]);
    expect(await play(["recover"], { variables })).toEqual(succeeded);
    expect(kept.records.map(({ state }) => state)).toEqual(["Done", "Done"]);
    const type = { ...kind, plural: "services", namespaced: true };
    const after = await world.client.get<Resource & { spec?: unknown }>(type, place);
    expect(after.spec).toEqual(service.spec);
  });

  test("a template in a patch stays text", async ({ expect }) => {
    const text = "{{ lookup('pipe', 'id') }}";
    const { read, inject, recover } = await scene({
      patch: { metadata: { annotations: { text } } },
    });
    await inject();
    expect((await read()).metadata.annotations?.text).toBe(text);
    expect(await recover()).toEqual(succeeded);
    expect((await read()).metadata.annotations?.text).toBeUndefined();
  });

  test("a Secret is never patched, since the record would hold its values", async ({ expect }) => {
    const { target, inject } = await scene(newImage);
    const secret = { ...target, apiVersion: "v1", kind: "Secret" };
    const end = await inject({ variables: { pystol_targets: [secret] } });
    expect(end).toMatchObject({
      failed: true,
      msg: expect.stringContaining("Secrets are not patched"),
    });
  });

  test("check mode says what would change, and stores nothing", async ({ expect }) => {
    const { kept, read, inject } = await scene(newImage);
    const { generation } = (await read()).metadata;
    const end = await inject({ checkMode: true });
    expect(end).toMatchObject({
      failed: false,
      msg: expect.stringContaining("would change spec.template.spec.containers[web].image"),
    });
    const asReader = await inject({ checkMode: true, account: "pystol-dryrun-patch" });
    expect(asReader).toMatchObject({ failed: false, msg: expect.stringContaining("is not known") });
    expect(kept).toEqual({ records: [], evidence: [] });
    expect((await read()).metadata.generation).toBe(generation);
  });
});

test("the account for dry runs cannot patch", async () => {
  const { inject, kept, read } = await scene(newImage);
  const end = await inject({ account: "pystol-dryrun-patch" });
  expect(end).toMatchObject({
    failed: true,
    msg: expect.stringContaining("cannot patch resource"),
  });
  expect(kept.records).toEqual([]);
  expect(image(await read(), "web")).toBe("example.org/web:1");
});
