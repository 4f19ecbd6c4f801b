import { afterAll, beforeAll, describe, expect, test } from "vitest";
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

  test("keeps its verdict once it has one", async () => {
    const place = { namespace: "default", name: "stored", subresource: "status" };
    await world.client.mergePatch(pystolActions, place, { status: { verdict: "Failed" } });
    expect(
      await refusalOf(
        world.client.mergePatch(pystolActions, place, { status: { verdict: "Passed" } }),
      ),
    ).toMatch(/status.verdict is final/);
    expect(
      await refusalOf(world.client.mergePatch(pystolActions, place, { status: { verdict: null } })),
    ).toMatch(/status.verdict is final/);
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
