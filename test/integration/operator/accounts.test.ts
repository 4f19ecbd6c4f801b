import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  pathOf,
  pystolRuns,
  type Resource,
  RUNS_NAMESPACE,
} from "../../../kubernetes/resources.ts";
import { jobs, pods } from "../../../operator/workloads.ts";
import { pod, refusalOf } from "../../support/attempts.ts";
import { type OperatorWorld, startOperatorWorld } from "../../support/operator-world.ts";
import { claim, runOf, writeStatus } from "../../support/played-runner.ts";
import { typeOf } from "../../support/pystol-control-plane.ts";

let world: OperatorWorld;
beforeAll(async () => {
  world = await startOperatorWorld();
  for (const object of rights) {
    await world.world.client.apply(typeOf(object), object, { fieldManager: "test" });
  }
}, 300_000);
afterAll(() => world?.[Symbol.asyncDispose]());

/** More rights than any deployment gives a runner: what is denied below is denied by a guard, not by RBAC. */
const rights: (Resource & Record<string, unknown>)[] = [
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "too-much" },
    rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "too-much" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "too-much" },
    subjects: [{ kind: "ServiceAccount", name: "pystol-role-killpods", namespace: "pystol-runs" }],
  },
];

describe("a runner", () => {
  test("writes the status of its own run and of no other, also with a stolen token", async () => {
    const one = await runOf(world.world, await world.submit("one"));
    const other = await runOf(world.world, await world.submit("other"));
    await claim(world.world, one.run, one.pod);
    expect(await refusalOf(claim(world.world, other.run, one.pod))).toMatch(
      /written by its own pod/,
    );
    const unbound = await world.world.clientOf({
      namespace: RUNS_NAMESPACE,
      name: "pystol-role-killpods",
    });
    const place = {
      namespace: RUNS_NAMESPACE,
      name: other.run.metadata.name,
      subresource: "status",
    };
    expect(
      await refusalOf(
        unbound.mergePatch(pystolRuns, place, { status: { startTime: new Date().toISOString() } }),
      ),
    ).toMatch(/written by its own pod/);
  });

  test("takes no claim that another pod holds", async () => {
    const { run, pod: first } = await runOf(world.world, await world.submit("claimed"));
    await claim(world.world, run, first);
    expect(
      await refusalOf(
        writeStatus(world.world, run, first, {
          claim: {
            podName: first.metadata.name,
            podUID: "another",
            time: new Date().toISOString(),
            nonceSHA256: "0".repeat(64),
          },
        }),
      ),
    ).toMatch(/status\.claim is immutable/);
  });

  test("changes nothing where nobody opted in, whatever RBAC says", async () => {
    const runner = await world.world.clientOf({
      namespace: RUNS_NAMESPACE,
      name: "pystol-role-killpods",
    });
    await world.world.client.create(pods, pod("victim", "closed") as never);
    const denied = /may not write in namespace (closed|kube-system|pystol-runs)/;
    expect(await refusalOf(runner.delete(pods, { namespace: "closed", name: "victim" }))).toMatch(
      denied,
    );
    expect(await refusalOf(runner.create(pods, pod("mine", "kube-system") as never))).toMatch(
      denied,
    );
    expect(
      await refusalOf(
        runner.mergePatch(
          pods,
          { namespace: "closed", name: "victim" },
          { metadata: { labels: { a: "b" } } },
        ),
      ),
    ).toMatch(denied);
    const eviction = {
      apiVersion: "policy/v1",
      kind: "Eviction",
      metadata: { name: "victim", namespace: "closed" },
    };
    expect(
      await refusalOf(
        runner.request({
          method: "POST",
          path: pathOf(pods, { namespace: "closed", name: "victim", subresource: "eviction" }),
          body: eviction,
        }),
      ),
    ).toMatch(denied);
    expect(
      await refusalOf(
        runner.request({
          method: "POST",
          path: pathOf(pods, { namespace: "closed", name: "victim", subresource: "exec" }),
          query: { command: "id" },
        }),
      ),
    ).toMatch(denied);
    const victim = await world.world.client.get(pods, { namespace: "closed", name: "victim" });
    expect(victim.metadata.deletionTimestamp).toBeUndefined();
  });

  test("makes no Job in pystol-runs", async () => {
    const runner = await world.world.clientOf({
      namespace: RUNS_NAMESPACE,
      name: "pystol-role-killpods",
    });
    const job = {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "mine", namespace: RUNS_NAMESPACE },
      spec: {
        template: { spec: { restartPolicy: "Never", containers: [{ name: "a", image: "a" }] } },
      },
    };
    expect(await refusalOf(runner.create(jobs, job as never))).toMatch(/may not/);
  });
});

describe("the operator's own account", () => {
  test("reads no Secret, binds no role, execs nowhere and touches no pod outside pystol-runs", async () => {
    const operator = await world.world.clientOf({
      namespace: "pystol-system",
      name: "pystol-operator",
    });
    const asks: [string, string, string, string, string][] = [
      ["get", "", "secrets", "shop", ""],
      ["create", "rbac.authorization.k8s.io", "rolebindings", "shop", ""],
      ["create", "", "pods", "pystol-runs", "exec"],
      ["delete", "", "pods", "shop", ""],
      ["delete", "", "pods", "pystol-runs", ""],
      ["create", "", "pods", "pystol-runs", ""],
      ["create", "", "serviceaccounts", "pystol-runs", "token"],
      ["patch", "", "namespaces", "", ""],
    ];
    for (const [verb, group, resource, namespace, subresource] of asks) {
      const answer = await operator.request<{ status: { allowed: boolean } }>({
        method: "POST",
        path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        body: {
          apiVersion: "authorization.k8s.io/v1",
          kind: "SelfSubjectAccessReview",
          spec: { resourceAttributes: { verb, group, resource, namespace, subresource } },
        },
      });
      expect({ verb, resource, subresource, allowed: answer.status.allowed }).toEqual({
        verb,
        resource,
        subresource,
        allowed: false,
      });
    }
  });
});
