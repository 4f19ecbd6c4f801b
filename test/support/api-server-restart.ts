import { readFile } from "node:fs/promises";
import { request } from "node:http";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { type Access, answersOk } from "../cluster/api-probe.ts";
import type { ControlPlane } from "../cluster/control-plane.ts";
import { apiServerArguments, controlPlaneFiles } from "../cluster/control-plane-flags.ts";
import { ServerEnded, type Supervised, supervise } from "../cluster/supervised.ts";
import { processesWith } from "./cluster-processes.ts";

/** The process ID of a control plane's API server. */
export async function apiServerPid({ kubeconfig }: ControlPlane): Promise<number> {
  const found = await processesWith(`--cert-dir=${join(dirname(kubeconfig), "certificates")}`);
  for (const pid of found) {
    const command = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
    if (command.startsWith("kube-apiserver")) return pid;
  }
  throw new Error(`no API server runs with the certificates beside ${kubeconfig}`);
}

/** Ends the API server by SIGKILL and starts another on its port and its etcd; returns once that serves. */
export async function restartApiServer(controlPlane: ControlPlane): Promise<Supervised> {
  const { kubeconfig, server, ca, adminToken } = controlPlane;
  const pid = await apiServerPid(controlPlane);
  process.kill(pid, "SIGKILL");
  while (await isAlive(pid)) await delay(10);
  const dir = dirname(kubeconfig);
  const access = { server, ca, token: adminToken };
  for (;;) {
    const started = await supervise({
      name: "kube-apiserver",
      program: join(dirname(controlPlane.kubectl), "kube-apiserver"),
      args: apiServerArguments(controlPlaneFiles(dir), Number(new URL(server).port)),
      logFile: join(dir, "kube-apiserver-again.log"),
    });
    if (await serves(started, access)) return started;
  }
}

/** False where the port is still the old server's, some of whose threads may outlive its process ID. */
async function serves(started: Supervised, access: Access): Promise<boolean> {
  while (!(await answersOk("/readyz", access))) {
    try {
      await started.throwIfEnded();
    } catch (error) {
      if (error instanceof ServerEnded && error.log.trimEnd().endsWith('address already in use"'))
        return false;
      throw error;
    }
    await delay(50);
  }
  return true;
}

/** Throws away all history of etcd before its newest revision: https://etcd.io/docs/v3.6/op-guide/maintenance/#auto-compaction */
export async function compactEtcd({ kubeconfig }: ControlPlane, revision: string): Promise<void> {
  const { etcdSocket } = controlPlaneFiles(dirname(kubeconfig));
  const body = JSON.stringify({ revision, physical: true });
  const answer = await new Promise<{ code: number; said: string }>((resolve, reject) => {
    const asked = request(
      { socketPath: etcdSocket, method: "POST", path: "/v3/kv/compaction" },
      async (response) => resolve({ code: response.statusCode ?? 0, said: await text(response) }),
    );
    asked.on("error", reject);
    asked.end(body);
  });
  if (answer.code !== 200) throw new Error(`etcd did not compact: ${answer.code} ${answer.said}`);
}

async function isAlive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return status !== "" && !/^State:\s+Z/m.test(status);
}
