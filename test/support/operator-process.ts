import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../cluster/free-port.ts";
import { kubeconfigText } from "../cluster/kubeconfig.ts";
import { eventually, type PystolControlPlane } from "./pystol-control-plane.ts";

export interface OperatorProcess extends AsyncDisposable {
  /** What it has logged so far, as JSON lines. */
  log(): string;
  healthPort: number;
  readonly pid: number;
  /** Resolves once the process has ended, by itself or not. */
  readonly ended: Promise<void>;
  /** Null while it runs, and where a signal ended it. */
  exitCode(): number | null;
  /** Sends it a signal, such as SIGSTOP. */
  signal(name: NodeJS.Signals): void;
  /** Ends it as a node that loses its power would: nothing is cleaned up. */
  kill(): Promise<void>;
}

/**
 * The real operator as a process, with the rights of its service account. `server` is the API server as it reaches it, if that is not the
 * control plane's own; `env` are more variables of its environment.
 */
export async function startOperator(
  world: PystolControlPlane,
  options: {
    server?: string;
    env?: Readonly<Record<string, string>>;
    /** Whether to return only when it is ready; without it, it may end again before. */
    isAwaited?: boolean;
  } = {},
): Promise<OperatorProcess> {
  const { ca } = world.controlPlane;
  const { server = world.controlPlane.server, env = {}, isAwaited = true } = options;
  // One that finds its account as in a pod needs no token here, and the API server may be away.
  const token =
    env.PYSTOL_KUBECONFIG === ""
      ? ""
      : await world.tokenOf({ namespace: "pystol-system", name: "pystol-operator" });
  const dir = await mkdtemp(join(tmpdir(), "pystol-operator-"));
  const kubeconfig = join(dir, "kubeconfig");
  await writeFile(kubeconfig, kubeconfigText({ server, ca, user: "operator", token }), {
    mode: 0o600,
  });
  const healthPort = await freePort();
  const child = spawn(process.execPath, [join(import.meta.dirname, "../../operator/main.ts")], {
    env: {
      PATH: process.env.PATH,
      PYSTOL_KUBECONFIG: kubeconfig,
      PYSTOL_RUNNER_IMAGE: "localhost/pystol-runner:test",
      PYSTOL_HEALTH_PORT: String(healthPort),
      PYSTOL_METRICS_PORT: "0", // two operators of one machine cannot share the default
      PYSTOL_LEADER_ELECT: "false", // or an operator would wait 15 s for the Lease of one that was killed
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      log += chunk;
    });
  }
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const end = async (signal: "SIGTERM" | "SIGKILL") => {
    child.kill(signal);
    await ended;
  };
  const isReady = async () => {
    if (child.exitCode !== null) throw new Error(`the operator ended: ${log}`);
    const answer = await fetch(`http://127.0.0.1:${healthPort}/readyz`);
    if (!answer.ok) throw new Error(`readyz answers ${answer.status}: ${log}`);
  };
  if (isAwaited) await eventually(isReady);
  return {
    log: () => log,
    ...{ healthPort, ended },
    pid: child.pid ?? 0,
    exitCode: () => child.exitCode,
    signal: (name) => child.kill(name),
    kill: () => end("SIGKILL"),
    [Symbol.asyncDispose]: async () => {
      await end("SIGTERM");
      await rm(dir, { recursive: true, force: true });
    },
  };
}
