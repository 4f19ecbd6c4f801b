import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createKindCluster, type KindClusterOptions } from "../../../client/kind/create.ts";
import type { Resource } from "../../../kubernetes/resources.ts";
import { type FakeKind, type FakeKindOptions, fakeKind } from "../../support/fake-kind.ts";
import { fakeEngine } from "../../support/fake-kind-engine.ts";
import { playReady } from "../../support/fake-kind-ready.ts";
import {
  type PystolControlPlane,
  startPystolControlPlane,
  typeOf,
} from "../../support/pystol-control-plane.ts";

const TIMEOUT = "ERROR: failed to create cluster: net/http: TLS handshake timeout";

let world: PystolControlPlane;
let directory: string;
beforeAll(async () => {
  world = await startPystolControlPlane();
}, 300_000);
afterAll(() => world?.[Symbol.asyncDispose]());
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "pystol-create-"));
  return () => rm(directory, { recursive: true, force: true });
});

/** Creates the cluster ci with a stand-in for kind, and says what came of it and what happened meanwhile, in order. */
async function creation(
  kindOptions: Partial<FakeKindOptions> = {},
  options: Partial<KindClusterOptions> | ((kind: FakeKind) => Partial<KindClusterOptions>) = {},
) {
  const { kubeconfig } = world.controlPlane;
  const kind = await fakeKind({ directory, kubeconfig, ...kindOptions });
  const said: string[] = [];
  const events: string[] = [];
  const error = await createKindCluster({
    program: { path: kind.path, environment: {} },
    name: "ci",
    kubeconfig: join(directory, "kubeconfig"),
    config: "kind: Cluster\n",
    readyTimeoutMs: 1000,
    progress: (line) => said.push(line),
    beforeCreate: () => events.push("before"),
    onNothingLeft: () => events.push("nothing left"),
    onFailed: async () => void events.push(`failed with ${await kind.clusters()}`),
    delaysMs: [1, 1],
    ...(typeof options === "function" ? options(kind) : options),
  }).then(
    () => undefined,
    (failure: Error) => failure,
  );
  const calls = (await kind.calls()).map((call) => call.split(" ").slice(0, 2).join(" "));
  return { kind, error, events, calls, said: said.join("\n") };
}

const TRY = ["get clusters", "create cluster", "delete cluster"];

describe("a creation that fails for a reason that may pass", () => {
  test("is tried again from nothing, and succeeds", async () => {
    await using _ready = await playReady(world.client);
    const { kind, error, events, calls, said } = await creation({ failWith: [TIMEOUT, TIMEOUT] });
    expect(error).toBeUndefined();
    expect(calls).toEqual([...TRY, ...TRY, "get clusters", "create cluster"]);
    expect(events).toEqual(["before", "nothing left", "before", "nothing left", "before"]);
    expect(said).toContain("kind failed because a connection timed out; try 3 of 3 begins in");
    expect(await kind.clusters()).toEqual(["ci"]);
  });

  test("is looked into once, after the last try and before its nodes are gone", async () => {
    const { kind, error, events, calls } = await creation({ failWith: TIMEOUT });
    expect(error?.message).toContain(TIMEOUT);
    expect(calls.filter((call) => call === "create cluster")).toHaveLength(3);
    expect(events.slice(-2)).toEqual(["failed with ci", "nothing left"]);
    expect(await kind.clusters()).toEqual([]);
  });

  test("is not tried again once it is cancelled", async () => {
    const cancelled = new AbortController();
    const { error, calls } = await creation(
      { failWith: TIMEOUT },
      {
        signal: cancelled.signal,
        progress: (line) => line.includes("try 2 of") && cancelled.abort(new Error("cancelled")),
        delaysMs: [60_000, 60_000],
      },
    );
    expect(error?.message).toBe("cancelled");
    expect(calls).toEqual(TRY);
  });

  test("does not take a name that somebody else took in between", async () => {
    const taken = join(directory, "clusters/ci");
    const { kind, error, calls } = await creation({ failWith: [TIMEOUT] }, () => {
      let times = 0;
      return {
        onNothingLeft: () => {
          times += 1;
          if (times === 1) process.getBuiltinModule("node:fs").writeFileSync(taken, "");
        },
      };
    });
    expect(error?.message).toContain('A kind cluster named "ci" exists already');
    expect(calls.filter((call) => call === "create cluster")).toHaveLength(1);
    expect(await kind.clusters()).toEqual(["ci"]);
  });
});

test("a configuration that kind refuses is not tried again", async () => {
  const failWith = "ERROR: failed to create cluster: unknown apiVersion: kind.x-k8s.io/v9";
  const { error, calls, events } = await creation({ failWith });
  expect(error?.message).toContain("unknown apiVersion");
  expect(calls.filter((call) => call === "create cluster")).toHaveLength(1);
  expect(events).toEqual(["before", "failed with ci", "nothing left"]);
});

test("that looking into it failed hides nothing", async () => {
  const { error, said } = await creation(
    { failWith: "ERROR: broken" },
    { onFailed: () => Promise.reject(new Error("no disk")) },
  );
  expect(error?.message).toContain("ERROR: broken");
  expect(said).toContain("could not be looked into: no disk");
});

test("a creation that is cancelled is ended at once, and leaves what there is to who was told of it", async () => {
  const cancelled = new AbortController();
  const { kind, error, calls, events } = await creation(
    { hangs: true },
    {
      signal: cancelled.signal,
      progress: (line) => line.includes("Creating") && cancelled.abort(new Error("cancelled")),
    },
  );
  expect(error?.message).toBe("cancelled");
  expect(calls).toEqual(["get clusters", "create cluster"]);
  expect(events).toEqual(["before"]);
  expect(await kind.clusters()).toEqual(["ci"]);
});

test("a cluster that kind calls made but whose pods cannot start is a failure with their reasons", async () => {
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "coredns-1", namespace: "kube-system" },
    spec: { nodeName: "node", containers: [{ name: "coredns", image: "dns" }] },
  } as Resource;
  const place = { namespace: "kube-system", name: "coredns-1" };
  const account = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "default", namespace: "kube-system" },
  };
  await world.client.apply(typeOf(account), account, { fieldManager: "test" });
  await world.client.create(typeOf(pod), pod);
  const waiting = { reason: "ImagePullBackOff", message: "no such host" };
  const status = { name: "coredns", ready: false, restartCount: 0, image: "dns", imageID: "" };
  await world.client.mergePatch(
    typeOf(pod),
    { ...place, subresource: "status" },
    { status: { containerStatuses: [{ ...status, state: { waiting } }] } },
  );
  const { error, events } = await creation();
  await world.client.request({
    method: "DELETE",
    path: "/api/v1/namespaces/kube-system/pods/coredns-1?gracePeriodSeconds=0",
  });
  expect(error?.message).toMatch(
    /there is no node; CoreDNS is not available .*pod kube-system\/coredns-1 waits: ImagePullBackOff \(no such host\)/,
  );
  expect(events).toEqual(["before", "failed with ci", "nothing left"]);
});

describe("a node image from a file", () => {
  async function archive(...names: string[]): Promise<string> {
    await writeFile(join(directory, "manifest.json"), JSON.stringify([{ RepoTags: names }]));
    const file = join(directory, "node.tar");
    await create({ file, cwd: directory }, ["manifest.json"]);
    return file;
  }

  const engine = async () => {
    const { path, calls } = await fakeEngine({
      directory,
      name: "podman",
      answers: { load: "Loaded image", "image inspect": "sha256:1" },
    });
    return { engine: { kind: "podman" as const, path, environment: {} }, calls };
  };

  test("is loaded before the cluster is made, and named without the digest that no engine would know", async () => {
    await using _ready = await playReady(world.client);
    const file = await archive("docker.io/kindest/node:v1.34.11");
    const made = await engine();
    const { kind, error } = await creation(
      {},
      {
        image: "docker.io/kindest/node:v1.34.11@sha256:44e2",
        nodeImageArchive: { file, engine: made.engine },
      },
    );
    expect(error).toBeUndefined();
    expect((await made.calls())[0]).toBe(`load --input ${file}`);
    expect((await kind.calls())[1]).toContain("--image docker.io/kindest/node:v1.34.11 ");
  });

  test("that is another one is an error before anything is made", async () => {
    const file = await archive("example/other:1");
    const made = await engine();
    const { error, calls } = await creation(
      {},
      { image: "kindest/node:v1.34.11", nodeImageArchive: { file, engine: made.engine } },
    );
    expect(error?.message).toMatch(/has docker.io\/example\/other:1; expected .*v1\.34\.11/);
    expect(calls).toEqual([]);
    expect(await made.calls()).toEqual([]);
  });
});
