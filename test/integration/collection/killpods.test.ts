import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Resource } from "../../../kubernetes/resources.ts";
import { pods } from "../../../operator/workloads.ts";
import { eventually, typeOf } from "../../support/pystol-control-plane.ts";
import { playKubelet } from "../../support/runner-kubelet.ts";
import { type RunnerWorld, type RunWish, startRunnerWorld } from "../../support/runner-world.ts";

let world: RunnerWorld;
let kubelet: AsyncDisposable;

beforeAll(async () => {
  world = await startRunnerWorld({});
  const isReady = ({ metadata }: Resource) => !metadata.labels?.["never-ready"];
  kubelet = playKubelet(world.client, { namespace: "shop", endingMs: 1500, isReady });
});
afterAll(async () => {
  await kubelet?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

const killpods: RunWish["role"] = {
  collection: "pystol.actions",
  role: "killpods",
  verified: true,
  actsOn: { apiVersion: "v1", kind: "Pod" },
  arguments: {
    type: "object",
    properties: {
      gracePeriodSeconds: { type: "integer" },
      replacementTimeoutSeconds: { type: "integer" },
    },
  },
};

function template(app: string, labels: Record<string, string> = {}) {
  return {
    metadata: { labels: { app, ...labels } },
    spec: { containers: [{ name: "web", image: "example.org/web:1" }] },
  };
}

/** Makes pods with the label app=NAME, by a ReplicaSet, and returns their names and UIDs once they are Ready. */
async function makeReplicas(app: string, replicas: number): Promise<Map<string, string>> {
  await apply({
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name: app, namespace: "shop" },
    spec: { replicas, selector: { matchLabels: { app } }, template: template(app) },
  });
  return eventually(async () => {
    const found = await podsOf(app);
    expect(found.filter(isReadyPod)).toHaveLength(replicas);
    return new Map(found.map(({ metadata }) => [metadata.uid ?? "", metadata.name]));
  });
}

async function makePod(name: string): Promise<void> {
  const pod = { apiVersion: "v1", kind: "Pod", ...template(name) };
  await apply({ ...pod, metadata: { ...pod.metadata, name, namespace: "shop" } });
  await eventually(async () => expect((await podsOf(name)).filter(isReadyPod)).toHaveLength(1));
}

function isReadyPod(pod: Resource): boolean {
  const { status } = pod as { status?: { conditions?: { type: string; status: string }[] } };
  return (
    status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false
  );
}

async function podsOf(app: string) {
  const query = { labelSelector: `app=${app}` };
  return (await world.client.list(pods, { namespace: "shop", query })).items;
}

async function apply(object: object): Promise<void> {
  const resource = object as Resource;
  await world.client.apply(typeOf(resource), resource, { fieldManager: "test" });
}

const kill = (app: string, wish: RunWish & { target?: object } = {}) =>
  world.start({
    ...wish,
    role: { ...killpods, ...wish.role },
    target: { selector: { matchLabels: { app } }, ...wish.target },
  });

describe.concurrent("killpods", () => {
  test("kills as many pods as asked, proves that they are gone and by which pods they were replaced", async () => {
    const before = await makeReplicas("web", 3);
    const runner = await kill("web", { target: { amount: 2 }, seed: 42 });
    const { report } = await runner.ended;
    expect(report).toMatchObject({ verdict: "Passed", verified: true });
    expect(report?.targets).toHaveLength(2);
    const after = new Set((await podsOf("web")).map(({ metadata }) => metadata.uid));
    const replacements = new Set<string>();
    for (const { uid = "", outcome, evidence } of report?.targets ?? []) {
      const { killedUID, replacedBy, goneAfterMs, gracePeriodSeconds, replacementReadyAfterMs } =
        evidence as {
          killedUID: string;
          replacedBy: { uid: string };
          goneAfterMs: number;
          gracePeriodSeconds: number;
          replacementReadyAfterMs: number;
        };
      expect(outcome).toBe("killed");
      expect(killedUID).toBe(uid);
      expect(before.has(killedUID)).toBe(true);
      expect(after.has(killedUID)).toBe(false);
      expect(after.has(replacedBy.uid)).toBe(true);
      expect(before.has(replacedBy.uid)).toBe(false);
      expect(gracePeriodSeconds).toBe(30);
      expect(goneAfterMs).toBeGreaterThanOrEqual(1400); // as long as the played kubelet takes
      expect(replacementReadyAfterMs).toBeGreaterThan(0);
      replacements.add(replacedBy.uid);
    }
    expect(replacements.size).toBe(2);
    const { status } = await world.run(runner.name);
    expect(status?.targets).toHaveLength(2);
    expect(Date.parse(status?.injectedTime ?? "")).toBeLessThanOrEqual(
      Date.parse(status?.recoveredTime ?? ""),
    );
  });

  test("gives a pod without a controller no replacement, and passes", async () => {
    await makePod("lonely");
    const runner = await kill("lonely", { extraVars: { gracePeriodSeconds: 0 } });
    const { report } = await runner.ended;
    expect(report).toMatchObject({
      verdict: "Passed",
      verified: true,
      targets: [
        {
          name: "lonely",
          outcome: "killed",
          evidence: { gracePeriodSeconds: 0, replacedBy: null },
        },
      ],
    });
    expect(report?.recoveredTime).toBeUndefined();
    expect(await podsOf("lonely")).toEqual([]);
  });

  test("fails where the replacement is not Ready in time", async () => {
    await makeReplicas("slow", 1);
    // Whatever comes next carries a label that the played kubelet leaves alone.
    const never = { "never-ready": "true" };
    await apply({
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: { name: "slow", namespace: "shop" },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: "slow" } },
        template: template("slow", never),
      },
    });
    const runner = await kill("slow", { extraVars: { replacementTimeoutSeconds: 3 } });
    const { report } = await runner.ended;
    expect(report).toMatchObject({ verdict: "Failed", verified: false });
    expect(report?.message).toMatch(
      /1 pod killed, but 1 had no Ready replacement within 3 s: slow-/,
    );
    expect(report?.injectedTime).toBeDefined();
  });

  test("is NoTargets where the selector matches nothing", async () => {
    const runner = await kill("nothing");
    const { report, code } = await runner.ended;
    expect(report).toMatchObject({ verdict: "NoTargets", verified: false });
    expect(report?.message).toContain('{"matchLabels":{"app":"nothing"}}) matches nothing');
    expect(code).toBe(1);
  });

  test("touches nothing where the blast radius is exceeded, or in a dry run", async () => {
    const before = await makeReplicas("kept", 2);
    const target = { amount: 2, maxUnavailablePercent: 50 };
    const tooMuch = await (await kill("kept", { target })).ended;
    const dryRun = await (await kill("kept", { dryRun: true })).ended;
    expect(tooMuch.report).toMatchObject({ verdict: "Error" });
    expect(tooMuch.report?.message).toContain("2 of 2 matching targets are 100 %");
    expect(dryRun.report).toMatchObject({ verdict: "Passed", verified: false });
    expect(dryRun.report?.message).toMatch(/^Dry run: would act on 2 targets: kept-/);
    expect(new Set((await podsOf("kept")).map(({ metadata }) => metadata.uid))).toEqual(
      new Set(before.keys()),
    );
  });

  test("is an Error that names verb, resource, namespace and account where the account may not read", async () => {
    await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "closed" } });
    const action = { namespace: "closed", name: "tested", uid: "u" };
    const { report } = await (await kill("web", { action })).ended;
    expect(report).toMatchObject({ verdict: "Error" });
    expect(report?.message).toMatch(
      /system:serviceaccount:pystol-runs:pystol-role-tested.* cannot list resource "pods".* in the namespace "closed"/,
    );
  });
});

test("is an Error, and not a failed fault, where the account may read pods but not delete them", async () => {
  await makePod("guarded");
  await withoutVerb("delete", async () => {
    const { report } = await (await kill("guarded")).ended;
    expect(report).toMatchObject({ verdict: "Error", verified: false });
    expect(report?.message).toMatch(
      /system:serviceaccount:pystol-runs:pystol-role-tested.* cannot delete resource "pods".* in the namespace "shop"/,
    );
    expect(await podsOf("guarded")).toHaveLength(1);
  });
});

test("does not count a pod that somebody else deletes first", async () => {
  await makePod("contested");
  // Its finalizer keeps the pod in sight while it is being deleted.
  const place = { namespace: "shop", name: "contested" };
  await world.client.mergePatch(pods, place, { metadata: { finalizers: ["example.org/hold"] } });
  const runner = await kill("contested");
  await runner.event("targetsResolved");
  await world.client.delete(pods, place, { gracePeriodSeconds: 0 });
  const { report } = await runner.ended;
  await world.client.mergePatch(pods, place, { metadata: { finalizers: null } });
  expect(report).toMatchObject({ verdict: "NoTargets", verified: false });
  expect(report?.message).toBe("No pod was killed: contested vanished before that.");
});

/** Takes a verb away from the tested role's account while `act` runs. */
async function withoutVerb(verb: string, act: () => Promise<void>): Promise<void> {
  const role = (verbs: string[]) => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: "pystol-role-tested", namespace: "shop" },
    rules: [{ apiGroups: [""], resources: ["pods"], verbs }],
  });
  const all = ["get", "list", "watch", "delete"];
  await apply(role(all.filter((one) => one !== verb)));
  try {
    await act();
  } finally {
    await apply(role(all));
  }
}
