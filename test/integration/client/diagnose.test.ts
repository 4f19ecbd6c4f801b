import { chmod, mkdtempDisposable, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { collectDiagnostics } from "../../../client/diagnose/collect.ts";
import { createClient } from "../../../kubernetes/client.ts";
import type { Resource } from "../../../kubernetes/resources.ts";
import { type HttpsServer, startHttpsServer } from "../../support/https-files.ts";
import {
  eventually,
  type PystolControlPlane,
  startPystolControlPlane,
  typeOf,
} from "../../support/pystol-control-plane.ts";
import { base64, KIND, LOG, PLANTED, plant } from "./diagnose-world.ts";

let world: PystolControlPlane;
let kubelet: HttpsServer;
beforeAll(async () => {
  world = await startPystolControlPlane();
  kubelet = await startHttpsServer((_request, response) => response.end(`${LOG}\n`));
  await plant(world.client, Number(new URL(kubelet.url).port));
}, 300_000);
afterAll(async () => {
  await kubelet?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

async function collected(changes: Partial<Parameters<typeof collectDiagnostics>[0]> = {}) {
  const folder = await mkdtempDisposable(join(tmpdir(), "pystol-diagnose-"));
  const program = join(folder.path, "kind");
  await writeFile(program, KIND);
  await chmod(program, 0o755);
  const directory = join(folder.path, "out");
  const result = await collectDiagnostics({
    client: world.client,
    kind: { program: { path: program, environment: process.env }, name: "ci" },
    directory,
    namespaces: [],
    secrets: [PLANTED.givenByCaller],
    progress: () => undefined,
    signal: new AbortController().signal,
    ...changes,
  });
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)));
  const texts = await Promise.all(paths.map((path) => readFile(join(directory, path), "utf8")));
  const files = new Map(paths.map((path, index) => [path, texts[index] ?? ""]));
  return { ...result, paths, files, all: [...files].flat().join("\n"), folder, directory };
}

describe("the diagnostics of a cluster", () => {
  test("hold none of the secrets planted in it, and what a person needs", async () => {
    const { all, files, problems, folder } = await collected();
    await using _folder = folder;
    for (const [where, secret] of Object.entries(PLANTED)) {
      expect(all.includes(secret), where).toBe(false);
      expect(all.includes(base64(secret)), `${where} in base64`).toBe(false);
    }
    expect(Buffer.from(all).includes(base64(`user:${PLANTED.secretValue}`))).toBe(false);
    expect(problems).toEqual(["1 files of kind's nodes are no text and are left out"]);
    const index = files.get("index.txt");
    expect(index?.split("\n").slice(0, 3)).toEqual([
      "What looks wrong:",
      "  Node node-1 is not ready: no CNI",
      "  PystolAction shop/kill: no verdict yet: it has said nothing",
    ]);
    expect(index).toContain("Pod shop/web-1 is Running: app runs since");
    for (const name of ["app.log", "app.previous.log"]) {
      expect(files.get(`namespaces/shop/pods/web-1/${name}`)).toContain("all is well again");
    }
    expect(files.get("namespaces/shop/pods/web-1/describe.txt")).toContain("OOMKilled");
    expect(files.get("namespaces/shop/events.txt")).toContain(
      "BackOff Pod/web-1: could not log in",
    );
    expect(files.get("namespaces/shop/pods.yaml")).toContain("value: debug");
    expect(files.get("namespaces/shop/pods.yaml")).not.toContain("managedFields");
    expect(files.get("namespaces/shop/pystolactions.yaml")).toContain("role: killpods");
    expect(files.get("namespaces/shop/configmaps.yaml")).toContain('settings: "[left out]"');
    expect(files.get("kind/ci-control-plane/kubelet.log")).toContain("kubelet says hello");
    expect(files.get("kind/ci-control-plane/inspect.json")).toContain("PATH=/bin");
    expect([...files.keys()].some((path) => path.includes("secrets"))).toBe(false);
    expect(all).not.toContain("the same again");
  });

  test("have names that GitHub's artifacts take, and are for the owner alone", async () => {
    const { paths, folder, directory } = await collected();
    await using _folder = folder;
    for (const path of paths) expect(path).not.toMatch(/[":<>|*?\r\n\\]/);
    expect(paths.some((path) => /pods\/shop_web_1_-[0-9a-f]{6}\/0\.log$/.test(path))).toBe(true);
    expect((await stat(join(directory, "index.txt"))).mode & 0o077).toBe(0);
  });

  test("stay within their limits, and keep the end of a log", async () => {
    const limits = { fileBytes: 1400, totalBytes: 600_000, pods: 0 };
    const { files, folder, problems } = await collected({ limits });
    await using _folder = folder;
    for (const [path, text] of files) {
      if (path !== "index.txt") expect(Buffer.byteLength(text), path).toBeLessThanOrEqual(1400);
    }
    expect(files.get("namespaces/shop/pods.yaml")).toMatch(/\[cut: \d+ bytes\]\n$/);
    // Its end begins within a secret.
    expect([...files].flat().join("\n")).not.toContain(PLANTED.secretValue.slice(-8));
    expect(files.get("kind/ci-control-plane/journal.log")).toMatch(/the newest line\n$/);
    expect(problems.join("\n")).toContain("The logs of 1 more pods are left out");
  });

  test("say what is left out where all files together are too large", async () => {
    const { files, folder, problems } = await collected({ limits: { totalBytes: 262_144 + 8000 } });
    await using _folder = folder;
    const total = [...files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    expect(total).toBeLessThan(262_144 + 8000);
    expect(problems.join("\n")).toMatch(/is left out: all files together have reached their limit/);
    expect(files.get("index.txt")).toContain("What looks wrong:");
  });

  test("have what can be had where the client may not read Secrets, and say so", async () => {
    await world.client.create(
      typeOf({
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata: { name: "x" },
      }),
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata: { name: "reader" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
        subjects: [{ kind: "ServiceAccount", namespace: "shop", name: "default" }],
      } as Resource,
    );
    const client = await world.clientOf({ namespace: "shop", name: "default" });
    await eventually(() => client.request({ method: "GET", path: "/api/v1/namespaces/shop/pods" }));
    const { files, folder, problems } = await collected({ client, kind: undefined });
    await using _folder = folder;
    expect(problems.join("\n")).toMatch(/The cluster's Secrets, whose values .* is forbidden/);
    expect(files.get("namespaces/shop/pods.yaml")).toContain("name: web-1");
    expect(files.get("index.txt")).toContain("The cluster's Secrets, whose values");
  });

  test("have kind's logs where no API server answers, and an index that says so", async () => {
    const { files, folder, problems } = await collected({ client: undefined });
    await using _folder = folder;
    expect(problems).toContain(
      "Nothing was asked of the API server: there is no connection to one",
    );
    expect(files.get("kind/ci-control-plane/kubelet.log")).toContain("kubelet says hello");
    for (const secret of [PLANTED.kubeconfigKey, PLANTED.givenByCaller]) {
      expect(files.get("kind/ci-control-plane/kubelet.log")).not.toContain(secret);
    }
  });

  test("end with the signal, without an error, with an index", async () => {
    const { files, folder, problems } = await collected({
      signal: AbortSignal.abort(new Error("cancelled")),
    });
    await using _folder = folder;
    expect([...files.keys()]).toEqual(["index.txt"]);
    expect(problems.join("\n")).toContain("cancelled");
  });

  test("end with the deadline where a server hangs, and leave no raw logs behind", async () => {
    await using hanging = await startHttpsServer(() => undefined);
    const ca = await readFile(hanging.caFile, "utf8");
    const connection = { server: hanging.url, ca, namespace: "x" };
    const client = createClient(connection, { userAgent: "pystol-test" });
    const before = await readdir(tmpdir());
    const began = performance.now();
    const { files, folder } = await collected({
      client,
      kind: undefined,
      limits: { deadlineMs: 1000 },
    });
    await using _folder = folder;
    await client.close();
    expect(performance.now() - began).toBeLessThan(10_000);
    expect([...files.keys()]).toEqual(["index.txt"]);
    const after = (await readdir(tmpdir())).filter((name) => name.startsWith("pystol-kind-"));
    expect(after.filter((name) => !before.includes(name))).toEqual([]);
  });
});
