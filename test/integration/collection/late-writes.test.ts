import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { UndoRecord } from "../../../collection/modules/ansible/undo-client.ts";
import { CORDONED_BY, nodes } from "../../../collection/modules/drainnodes/nodes.ts";
import type { Resource } from "../../../kubernetes/resources.ts";
import { drainScene } from "./drain-scene.ts";
import { letPatch, patchScene } from "./patch-scene.ts";
import { type Kept, type RoleWorld, startRoleWorld } from "./role-world.ts";

let world: RoleWorld;
beforeAll(async () => {
  world = await startRoleWorld(["patch", "drainnodes"]);
});
afterAll(() => world?.[Symbol.asyncDispose]());

const succeeded = { failed: false, msg: expect.any(String) };

/** The record is stored, and the role dies with its request under way. */
function dying(kept: Kept) {
  return async (message: { type: string }) => {
    if (message.type !== "undo") return undefined;
    kept.records.push({ ...(message as never as UndoRecord), state: "Open" });
    return { ok: false };
  };
}

describe("the undo of a change that is not to be seen forbids it to come afterwards: that", () => {
  test("of a patch", async () => {
    const patched = { type: "merge", patch: { data: { level: "2" } } };
    const { kept, place, play } = await patchScene(world, patched);
    await letPatch(world, "configmaps");
    const kind = { apiVersion: "v1", kind: "ConfigMap" };
    const type = { ...kind, plural: "configmaps", namespaced: true };
    const before = await world.apply({ ...kind, metadata: place, data: { level: "1" } });
    const target = { ...kind, ...place, uid: before.metadata.uid };
    const variables = { pystol_targets: [target] };
    expect(await play(["inject"], { variables, onMessage: dying(kept) })).toMatchObject({
      failed: true,
    });
    expect(await play(["recover"], { variables })).toEqual(succeeded);
    expect(kept.records).toMatchObject([{ state: "Done" }]);
    const { resourceVersion = "" } = before.metadata;
    const late = { metadata: { resourceVersion }, ...patched.patch };
    await expect(world.client.mergePatch(type, place, late)).rejects.toMatchObject({
      reason: "Conflict",
    });
    const after = await world.client.get<Resource & { data?: unknown }>(type, place);
    expect(after.data).toEqual({ level: "1" });
    expect(after.metadata.annotations).toEqual(before.metadata.annotations);
  });

  test("of a cordon", async () => {
    const { kept, node, read, inject, recover } = await drainScene(world);
    expect(await inject({ onMessage: dying(kept) })).toMatchObject({ failed: true });
    // Only now, for the cluster's controllers write to a new node, too.
    const before = await read();
    expect(await recover()).toEqual(succeeded);
    expect(kept.records).toMatchObject([{ state: "Done" }]);
    const { resourceVersion = "" } = before.metadata;
    const late = { metadata: { resourceVersion }, spec: { unschedulable: true } };
    await expect(world.client.mergePatch(nodes, { name: node.name }, late)).rejects.toMatchObject({
      reason: "Conflict",
    });
    const after = await read();
    expect(after.spec?.unschedulable).toBeUndefined();
    expect(after.metadata.annotations?.[CORDONED_BY]).toBeUndefined();
  });
});
