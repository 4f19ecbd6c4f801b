import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Client } from "../../../kubernetes/client.ts";
import { ApiError } from "../../../kubernetes/errors.ts";
import { pystolActions, pystolRoles, type Resource } from "../../../kubernetes/resources.ts";
import {
  objectsOf,
  type PystolControlPlane,
  startPystolControlPlane,
} from "../../support/pystol-control-plane.ts";
import { badActions, badChanges, badRoles } from "./cases.ts";

let world: PystolControlPlane;
beforeAll(async () => {
  world = await startPystolControlPlane();
}, 300_000);
afterAll(() => world?.[Symbol.asyncDispose]());

const action = (name: string, spec: unknown): Resource =>
  ({
    apiVersion: pystolActions.apiVersion,
    kind: "PystolAction",
    metadata: { name, namespace: "default" },
    spec,
  }) as Resource;
const role = (name: string, spec: unknown): Resource =>
  ({
    apiVersion: pystolRoles.apiVersion,
    kind: "PystolRole",
    metadata: { name },
    spec,
  }) as Resource;
const strictly = { fieldValidation: "Strict" };
const refusalOf = (request: Promise<unknown>): Promise<string> =>
  request.then(
    () => "accepted",
    (error) => {
      expect(error).toBeInstanceOf(ApiError);
      return error.message;
    },
  );

describe("the API server", () => {
  test.each(["pingtest", "killpods", "killpods-no-targets"])(
    "accepts the example %s",
    async (name) => {
      const [example] = await objectsOf(`crds/examples/${name}.yaml`);
      const object = {
        ...example,
        metadata: { ...example?.metadata, namespace: "default" },
      } as Resource;
      await expect(
        world.client.create(pystolActions as never, object as never, {
          ...strictly,
          dryRun: "All",
        }),
      ).resolves.toBeTruthy();
    },
  );

  test.each(badActions)(
    "refuses an action with $why and names the field",
    async ({ spec, says }) => {
      expect(
        await refusalOf(
          world.client.create(pystolActions as never, action("bad", spec) as never, strictly),
        ),
      ).toMatch(says);
    },
  );

  test.each(badRoles)(
    "refuses a role with $why and names the field",
    async ({ name, spec, says }) => {
      expect(
        await refusalOf(
          world.client.create(pystolRoles as never, role(name ?? "bad", spec) as never, strictly),
        ),
      ).toMatch(says);
    },
  );

  test("fills in the defaults", async () => {
    const made = await world.client.create(
      pystolActions as never,
      action("defaults", { role: "killpods" }) as never,
      strictly,
    );
    expect(made).toMatchObject({
      spec: {
        timeout: "5m",
        startDeadline: "1m",
        dryRun: false,
        stop: false,
        priority: 0,
        expect: ["Passed"],
      },
    });
  });

  test("drops a status that comes with a new action", async () => {
    const forged = { ...action("forged", { role: "killpods" }), status: { verdict: "Passed" } };
    const made = await world.client.create(pystolActions as never, forged as never);
    expect(made).not.toHaveProperty("status");
  });
});

describe("a stored action", () => {
  const stored = {
    role: "killpods",
    target: { selector: { matchLabels: { app: "web" } }, amount: 2 },
    extraVars: { gracePeriodSeconds: 0, nested: { list: [{ deep: 1 }] } },
    duration: "30s",
    seed: 1,
  };
  beforeAll(async () => {
    await world.client.create(pystolActions as never, action("stored", stored) as never, strictly);
  });

  test.each(badChanges)("refuses $why", async ({ patch, says }) => {
    const place = { namespace: "default", name: "stored" };
    expect(await refusalOf(world.client.mergePatch(pystolActions, place, { spec: patch }))).toMatch(
      says,
    );
  });

  test("can be stopped, and not be started again", async () => {
    const place = { namespace: "default", name: "stored" };
    await world.client.mergePatch(pystolActions, place, { spec: { stop: true } });
    expect(
      await refusalOf(world.client.mergePatch(pystolActions, place, { spec: { stop: false } })),
    ).toMatch(/spec\.stop/);
  });

  test("gets its verdict from the operator alone, and keeps it and whether it was verified", async () => {
    const operator = await world.clientOf({ namespace: "pystol-system", name: "pystol-operator" });
    const place = { namespace: "default", name: "stored", subresource: "status" };
    const write = (client: Client, status: unknown) =>
      refusalOf(client.mergePatch(pystolActions, place, { status }));
    expect(await write(world.client, { verdict: "Passed" })).toMatch(/by the operator alone/);
    expect(await write(operator, { verdict: "Failed", verified: false })).toBe("accepted");
    for (const other of [{ verdict: "Passed" }, { verdict: null }, { verified: true }, null]) {
      expect(await write(operator, other)).toMatch(/status.verdict is final/);
    }
  });

  test("is found by its verdict and its role", async () => {
    const list = (fieldSelector: string) =>
      world.client.list(pystolActions, { query: { fieldSelector } });
    expect(
      (await list("status.verdict=Failed,spec.role=killpods")).items.map(
        ({ metadata }) => metadata.name,
      ),
    ).toEqual(["stored"]);
    expect((await list("status.verdict=Passed")).items).toEqual([]);
  });
});
