import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Client } from "../../../kubernetes/client.ts";
import type { PystolRun, Resource } from "../../../kubernetes/resources.ts";
import { readExtraVars } from "../../../runner/secrets.ts";
import {
  type PystolControlPlane,
  startPystolControlPlane,
  typeOf,
} from "../../support/pystol-control-plane.ts";

const ACCOUNT = "pystol-role-login";
const patience = { deadlineMs: 5000, now: Date.now };
const rbac = "rbac.authorization.k8s.io/v1";

let world: PystolControlPlane;
let runner: Client;
beforeAll(async () => {
  world = await startPystolControlPlane();
  for (const object of fixtures) {
    await world.client.apply(typeOf(object), object, { fieldManager: "test" });
  }
  runner = await world.clientOf({ namespace: "pystol-runs", name: ACCOUNT });
}, 300_000);
afterAll(() => world?.[Symbol.asyncDispose]());

const secret = (name: string, stringData: Record<string, string>) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name, namespace: "shop" },
  stringData,
});

/** The owner of shop lets the role's account read some of its Secrets, by name. */
const fixtures = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
  {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: ACCOUNT, namespace: "pystol-runs" },
  },
  secret("login", { user: "ann", password: "hunter2" }),
  secret("token", { token: "t-0123456789" }),
  secret("closed", { other: "of another team" }),
  {
    apiVersion: rbac,
    kind: "Role",
    metadata: { name: "login", namespace: "shop" },
    rules: [
      {
        apiGroups: [""],
        resources: ["secrets"],
        resourceNames: ["login", "token", "gone"],
        verbs: ["get"],
      },
    ],
  },
  {
    apiVersion: rbac,
    kind: "RoleBinding",
    metadata: { name: "login", namespace: "shop" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "login" },
    subjects: [{ kind: "ServiceAccount", name: ACCOUNT, namespace: "pystol-runs" }],
  },
] as Resource[];

const runWith = (...extraVarsFrom: { secretName: string; optional?: boolean }[]) =>
  ({
    metadata: { name: "pa-1" },
    spec: {
      action: { namespace: "shop", name: "a", uid: "1" },
      role: { name: "login" },
      extraVarsFrom,
    },
  }) as unknown as PystolRun;

describe("the runner", () => {
  test("gets the variables of several Secrets, and passes over an optional one that is not there", async () => {
    const run = runWith(
      { secretName: "login" },
      { secretName: "gone", optional: true },
      { secretName: "token" },
    );
    expect(await readExtraVars(runner, run, patience)).toEqual({
      variables: { user: "ann", password: "hunter2", token: "t-0123456789" },
      secretValues: ["hunter2", "ann", "t-0123456789"],
    });
  });

  test("needs no Secrets where the action names none", async () => {
    expect(await readExtraVars(runner, runWith(), patience)).toEqual({
      variables: {},
      secretValues: [],
    });
  });

  test("says which Secret is not there and which one its account may not read", async () => {
    const run = runWith({ secretName: "gone" }, { secretName: "closed" }, { secretName: "login" });
    await expect(readExtraVars(runner, run, patience)).rejects.toThrow(
      /Secret shop\/gone, .* does not exist.*Secret shop\/closed, .* may not be read/,
    );
  });
});
