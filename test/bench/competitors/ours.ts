import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { operatorContext } from "../../../scripts/build/operator-context.ts";
import { freePort } from "../../cluster/free-port.ts";
import { eventually } from "../../support/pystol-control-plane.ts";
import type { BenchWorld } from "../world.ts";
import { type Running, startProgram } from "./running.ts";

const ROOT = join(import.meta.dirname, "../../..");
const CONTEXT = join(ROOT, "out/bench/operator");

/** Bundles the operator as its image has it. */
export function buildOurs(): Promise<void> {
  return operatorContext({ dir: CONTEXT });
}

let started = 0;

/** Starts the operator: Node, flags and bundle of its image, the files of its service account, settings for many actions. */
export async function startOurs(
  world: Pick<BenchWorld, "folder" | "operator" | "kubeconfig">,
  options: { viaKubeconfig?: boolean; leaderElect?: boolean; nodeFlags?: readonly string[] } = {},
): Promise<Running & { isReady: () => Promise<void> }> {
  started += 1;
  const account = join(world.folder, "serviceaccount");
  await mkdir(account, { recursive: true });
  await Promise.all([
    writeFile(join(account, "ca.crt"), world.operator.ca),
    writeFile(join(account, "token"), world.operator.token, { mode: 0o600 }),
    writeFile(join(account, "namespace"), "pystol-system"),
  ]);
  const { hostname, port } = new URL(world.operator.server);
  const healthPort = await freePort();
  const image = await imageSettings();
  const flags = [...image.flags, ...(options.nodeFlags ?? [])];
  const running = await startProgram({
    name: `ours-${started}`,
    folder: world.folder,
    program: join(CONTEXT, "node"),
    args: [...flags, join(CONTEXT, "main.js")],
    env: {
      ...image.env,
      ...(options.viaKubeconfig
        ? { PYSTOL_KUBECONFIG: world.kubeconfig }
        : { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port }),
      PYSTOL_SERVICE_ACCOUNT_DIRECTORY: account,
      PYSTOL_RUNNER_IMAGE: "localhost/pystol-runner:bench",
      PYSTOL_HEALTH_PORT: String(healthPort),
      PYSTOL_METRICS_PORT: String(await freePort()),
      PYSTOL_LEADER_ELECT: String(options.leaderElect ?? false),
      PYSTOL_MAX_CONCURRENT_ACTIONS: "100000",
    },
  });
  const isReady = () =>
    eventually(async () => {
      await running.throwIfEnded();
      const answer = await fetch(`http://127.0.0.1:${healthPort}/readyz`);
      if (!answer.ok) throw new Error(`readyz answers ${answer.status}`);
    });
  return { ...running, isReady };
}

/** What the image gives to Node: the flags of its entry point and its variables. */
async function imageSettings(): Promise<{ flags: string[]; env: Record<string, string> }> {
  const text = await readFile(join(ROOT, "operator/Containerfile"), "utf8");
  const [, entry = "[]"] = /^ENTRYPOINT (\[.*\])$/m.exec(text) ?? [];
  const words = JSON.parse(entry) as string[];
  const variables = [...text.matchAll(/^ENV (.*)$/gm)].flatMap(([, line = ""]) =>
    line.split(/\s+/),
  );
  const pairs = variables.map((one) => [
    one.slice(0, one.indexOf("=")),
    one.slice(one.indexOf("=") + 1),
  ]);
  return {
    flags: words.filter((word) => word.startsWith("--")),
    env: Object.fromEntries(pairs),
  };
}
