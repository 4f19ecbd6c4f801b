import { execFile } from "node:child_process";
import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cacheDirOf } from "../../cluster/cache.ts";
import { type ControlPlane, startControlPlane } from "../../cluster/control-plane.ts";
import { processesWith } from "../../support/cluster-processes.ts";
import { startProgram } from "../../support/cluster-program.ts";

const MAIN = join(import.meta.dirname, "..", "..", "cluster", "main.ts");
const cacheDir = cacheDirOf(process.env);

async function start(): Promise<ControlPlane> {
  const dir = await mkdtemp(join(tmpdir(), "pystol-test-"));
  return startControlPlane({ cacheDir, dir });
}

async function kubectl(plane: ControlPlane, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(plane.kubectl, args, {
    env: { ...process.env, ...plane.env },
  });
  return stdout;
}

describe("a bare control plane", () => {
  let plane: ControlPlane;
  beforeAll(async () => {
    plane = await start();
  });
  afterAll(() => plane.stop());

  it("serves with a certificate of the authority that it names, and with no other trust", async () => {
    expect(await kubectl(plane, "get", "--raw", "/readyz")).toBe("ok");
    const refused = kubectl(plane, "--certificate-authority=/etc/hostname", "get", "namespaces");
    await expect(refused).rejects.toThrow(/certificate/);
  });

  it("issues a token for a service account and knows its bearer", async () => {
    const token = (await kubectl(plane, "create", "token", "default")).trim();
    const who = await kubectl(
      plane,
      ...["auth", "whoami", "--output=jsonpath={.status.userInfo.username}"],
      ...["--token", token, "--kubeconfig", "/dev/null"],
      ...[
        "--server",
        plane.server,
        "--certificate-authority",
        join(dirname(plane.kubeconfig), "ca.crt"),
      ],
    );
    expect(who).toBe("system:serviceaccount:default:default");
  });

  it("authorizes by RBAC: who has no role may not", async () => {
    const answer = kubectl(plane, "auth", "can-i", "list", "pods", "--as", "stranger");
    await expect(answer).rejects.toMatchObject({ stdout: "no\n" });
  });

  it("admits by policies: a ValidatingAdmissionPolicy can be made", async () => {
    const versions = await kubectl(
      plane,
      "api-resources",
      "--api-group=admissionregistration.k8s.io",
    );
    expect(versions).toMatch(/validatingadmissionpolicies +admissionregistration.k8s.io\/v1 /);
  });

  it("runs controllers, each under an account of its own", async () => {
    await kubectl(plane, "create", "job", "hello", "--image=none");
    await kubectl(plane, "wait", "job/hello", "--for=jsonpath={.status.active}=1", "--timeout=30s");
    const account = "serviceaccount/job-controller";
    const name = await kubectl(plane, "--namespace=kube-system", "get", account, "--output=name");
    expect(name.trim()).toBe(account);
  });

  it("leaves alone another one that runs beside it, and ends without a trace", async () => {
    const other = await start();
    const dir = dirname(other.kubeconfig);
    await kubectl(other, "create", "namespace", "only-in-the-other");
    const namespaces = await kubectl(plane, "get", "namespaces", "--output=name");
    expect(namespaces).not.toContain("only-in-the-other");

    expect(await processesWith(dir)).toHaveLength(3);
    await other.stop();
    expect(await processesWith(dir)).toEqual([]);
    expect(await kubectl(plane, "get", "--raw", "/readyz")).toBe("ok");
  });

  it("refuses a folder whose path is too long for a socket, and says so", async () => {
    const dir = join(tmpdir(), "long".repeat(30));
    await expect(startControlPlane({ cacheDir, dir })).rejects.toThrow(/Linux allows 107/);
  });
});

describe("the command control-plane", () => {
  const kubeconfigOf = (line: string) => line.replace("export KUBECONFIG=", "");

  it("ends with exit code 0 on Ctrl-C, and takes its processes and files with it", async () => {
    await using program = startProgram([MAIN, "control-plane"]);
    const dir = dirname(kubeconfigOf(await program.line(/^export KUBECONFIG=/)));
    expect(await processesWith(dir)).toHaveLength(3);
    program.child.kill("SIGINT");
    expect(await program.ended).toBe(0);
    expect(await processesWith(dir)).toEqual([]);
    await expect(readdir(dir)).rejects.toThrow("ENOENT");
  });

  it("takes its processes with it even if it is killed", async () => {
    await using program = startProgram([MAIN, "control-plane"]);
    const dir = dirname(kubeconfigOf(await program.line(/^export KUBECONFIG=/)));
    expect(await processesWith(dir)).toHaveLength(3);
    program.child.kill("SIGKILL");
    await program.ended;
    await expect.poll(() => processesWith(dir)).toEqual([]);
  });
});
