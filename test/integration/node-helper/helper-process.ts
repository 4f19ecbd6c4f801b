import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PystolControlPlane } from "../../support/pystol-control-plane.ts";

const MAIN = join(import.meta.dirname, "../../../node-helper/main.ts");

/** The real helper as a process of this machine, with what a kubelet would have given it. */
export interface HelperProcess extends AsyncDisposable {
  /** What it told so far, as JSON lines. */
  told(): string;
  /** Ends it, and returns its exit code; null where the signal ended it. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<number | null>;
  /** Resolves with the exit code once it has ended by itself. */
  readonly ended: Promise<number | null>;
}

export async function startHelper(
  { controlPlane }: PystolControlPlane,
  options: { run: string; podName: string; node: string; proc: string; token: string },
): Promise<HelperProcess> {
  const folder = await mkdtemp(join(tmpdir(), "pystol-helper-"));
  const account = join(folder, "serviceaccount");
  await mkdir(account);
  await Promise.all([
    writeFile(join(account, "ca.crt"), controlPlane.ca),
    writeFile(join(account, "token"), options.token, { mode: 0o600 }),
    writeFile(join(account, "namespace"), "pystol-nodes"),
  ]);
  const { hostname, port } = new URL(controlPlane.server);
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env.PATH,
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port,
      PYSTOL_SERVICE_ACCOUNT_DIRECTORY: account,
      PYSTOL_RUN: options.run,
      PYSTOL_POD_NAME: options.podName,
      PYSTOL_NODE_NAME: options.node,
      PYSTOL_PROC: options.proc,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let told = "";
  const take = (text: string) => {
    told += text;
  };
  child.stdout.setEncoding("utf8").on("data", take);
  child.stderr.setEncoding("utf8").on("data", take);
  const ended = once(child, "close").then(([code]) => code as number | null);
  return {
    told: () => told,
    ended,
    end: (signal) => endOf(child, ended, signal),
    [Symbol.asyncDispose]: async () => {
      await endOf(child, ended, "SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function endOf(
  child: ChildProcess,
  ended: Promise<number | null>,
  signal: NodeJS.Signals,
): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  return await ended;
}
