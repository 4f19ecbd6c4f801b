import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../../client/connect.ts";
import { type DeployOptions, deploy } from "../../../client/deploy/deploy.ts";
import type { Client } from "../../../kubernetes/client.ts";
import { type ControlPlane, startControlPlane } from "../../cluster/control-plane.ts";
import { playKubelet, READY, waiting } from "../../support/played-kubelet.ts";

const cacheDir = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pystol");
let dir: string;
let controlPlane: ControlPlane;
let client: Client;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "pystol-cp-"));
  controlPlane = await startControlPlane({ cacheDir, dir });
  client = (await connect({ kubeconfig: controlPlane.kubeconfig })).client;
}, 300_000);
afterAll(async () => {
  await client?.close();
  await controlPlane?.stop();
  await rm(dir, { recursive: true, force: true });
});

const get = (path: string) => client.request<Record<string, unknown>>({ method: "GET", path });

function deployHere(options: Partial<DeployOptions> = {}): Promise<string[]> {
  return deploy(client, {
    root: join(import.meta.dirname, "../../.."),
    images: { operator: "example/operator:1", runner: "example/runner:1" },
    timeoutMs: 20_000,
    progress: () => undefined,
    ...options,
  });
}

/** The names of the roles that Pystol comes with. */
async function ownRoles(): Promise<string[]> {
  const files = await readdir(join(import.meta.dirname, "../../../collection/pystolroles"));
  return files.map((file) => file.replace(/\.yaml$/, "")).sort();
}

describe("a deployment on an empty cluster", () => {
  test("returns when the guards act and the operator is available, with the roles' names", async () => {
    const file = join(dir, "extra.yaml");
    await writeFile(file, extraRole);
    await using _kubelet = playKubelet(client, "pystol-system", READY);
    expect(await deployHere({ roleFiles: [file] })).toEqual([...(await ownRoles()), "extra"]);
    await expect(
      client.request({
        method: "PATCH",
        path: "/api/v1/namespaces/kube-system",
        contentType: "application/merge-patch+json",
        body: { metadata: { labels: { "pystol.org/enabled": "true" } } },
      }),
    ).rejects.toThrow("can never be enabled");
  });

  test("runs the images that it was given", async () => {
    const deployment = await get(
      "/apis/apps/v1/namespaces/pystol-system/deployments/pystol-operator",
    );
    const text = JSON.stringify(deployment.spec);
    expect(text).toContain('"image":"example/operator:1"');
    expect(text).toContain('"name":"PYSTOL_RUNNER_IMAGE","value":"example/runner:1"');
  });

  test("gives each role an account, and its rules as rights that nothing binds", async () => {
    expect(
      await get("/api/v1/namespaces/pystol-runs/serviceaccounts/pystol-role-extra"),
    ).toBeTruthy();
    const right = await get("/apis/rbac.authorization.k8s.io/v1/clusterroles/pystol-role-extra");
    expect(right.rules).toEqual([{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }]);
    const bindings = await get("/apis/rbac.authorization.k8s.io/v1/rolebindings");
    expect(JSON.stringify(bindings)).not.toContain("pystol-role-extra");
  });

  test("can be repeated", async () => {
    await using _kubelet = playKubelet(client, "pystol-system", READY);
    expect(await deployHere()).toEqual(await ownRoles());
  });
});

describe("an operator that cannot start is an error", () => {
  const images = (tag: string) => ({
    operator: `example/operator:${tag}`,
    runner: "example/runner:1",
  });

  test("at once where its image cannot be pulled, with the reason", async () => {
    const status = waiting("ErrImagePull", "manifest unknown");
    await using _kubelet = playKubelet(client, "pystol-system", status);
    await expect(deployHere({ images: images("absent") })).rejects.toThrow(
      /pystol-operator cannot start: pod pystol-operator-\S+, container operator: ErrImagePull \(manifest unknown\)\./,
    );
  });

  test("at once where it crashes again and again, with how it ended", async () => {
    const status = waiting("CrashLoopBackOff", "back-off 10s", 7);
    await using _kubelet = playKubelet(client, "pystol-system", status);
    await expect(deployHere({ images: images("crashes") })).rejects.toThrow(
      /CrashLoopBackOff \(back-off 10s\), exit code 7 after 3 restarts\. It logged nothing\./,
    );
  });

  test("in the end where no node takes it, with what the scheduler says or does not", async () => {
    await expect(deployHere({ images: images("waits"), timeoutMs: 2000 })).rejects.toThrow(
      /Waited 2\.0 s for the Deployment pystol-system\/pystol-operator to be available; last seen: pod pystol-operator-\S+ is Pending/,
    );
  });
});

test("a role file with another kind in it is refused", async () => {
  const file = join(dir, "not-a-role.yaml");
  await writeFile(file, "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\n");
  await expect(deployHere({ roleFiles: [file] })).rejects.toThrow("ConfigMap x is among the roles");
});

test("a role file with a mistyped field is refused by the API server", async () => {
  const file = join(dir, "mistyped.yaml");
  await writeFile(file, extraRole.replace("rules:", "rulez:"));
  await expect(deployHere({ roleFiles: [file] })).rejects.toThrow("spec.rulez");
});

const extraRole = `
apiVersion: pystol.org/v1alpha1
kind: PystolRole
metadata: { name: extra }
spec:
  collection: other.things
  role: extra
  rules:
    - { apiGroups: [""], resources: [pods], verbs: [get] }
`;
