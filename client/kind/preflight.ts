import { access, readFile, statfs } from "node:fs/promises";
import type { Progress } from "../progress.ts";
import { kindConfigFacts } from "./config.ts";
import { type Engine, type FindEngineOptions, findEngine } from "./engine.ts";
import { type EngineFacts, engineFacts } from "./engine-facts.ts";
import { preflightProblems } from "./preflight-problems.ts";

export interface PreflightOptions extends FindEngineOptions {
  /** How many nodes there are to be, where no configuration says it. */
  nodes: number;
  /** The node image that kind is given. */
  nodeImage: string | undefined;
  /** Text of a kind configuration. */
  config?: string | undefined;
  warn: Progress;
  /** As Node.js writes it; for tests. */
  platform?: string | undefined;
}

/**
 * Looks whether this machine can run the nodes, before anything is made, and returns the engine to make them with. What is only
 * doubtful goes to `warn`. Nothing is changed.
 *
 * @throws one error with everything that cannot work, and what to do about each.
 */
export async function preflight(options: PreflightOptions): Promise<Engine> {
  const { platform = process.platform } = options;
  if (platform !== "linux") throw new Error(notLinux(platform));
  const engine = await findEngine(options);
  const config = options.config === undefined ? undefined : kindConfigFacts(options.config);
  const nodes = config?.nodes ?? options.nodes;
  const nodeImages = options.nodeImage ? [options.nodeImage] : (config?.images ?? []);
  const { errors, warnings } = preflightProblems(await facts(engine, options.signal), {
    ...{ nodes, nodeImages },
    allowsCgroupV1: config?.allowsCgroupV1 ?? false,
    hasApiServerAddress: config?.hasApiServerAddress ?? false,
  });
  for (const warning of warnings) options.warn(warning);
  if (errors.length > 0) {
    throw new Error(
      [
        `This machine cannot run a kind cluster of ${nodes} ${nodes === 1 ? "node" : "nodes"}:`,
        ...errors.map((error) => `  - ${error}`),
      ].join("\n"),
    );
  }
  return engine;
}

function notLinux(platform: string): string {
  const system = { darwin: "macOS", win32: "Windows" }[platform] ?? platform;
  return `This runner has ${system}; a kind cluster is made on Linux alone, since GitHub's ${system} runners have no Docker that could run one. Use runs-on: ubuntu-latest, or give the kubeconfig of a cluster that is elsewhere.`;
}

async function facts(engine: Engine, signal: AbortSignal | undefined) {
  const said = await engineFacts(engine, signal);
  const { DOCKER_HOST, CONTAINER_HOST } = engine.environment;
  const address = (engine.kind === "podman" ? CONTAINER_HOST : DOCKER_HOST) ?? "";
  // An engine on another machine has another disk, other memory and other limits than we see.
  const isHere = !/^(tcp|ssh|https?):/.test(address);
  return {
    ...{ engine: engine.kind, ...said },
    engineHost: isHere ? undefined : hostOf(address),
    freeDiskBytes: isHere ? await freeBytes(said) : undefined,
    availableMemoryBytes: isHere ? await availableMemory() : undefined,
    inotifyInstances: isHere ? await number("/proc/sys/fs/inotify/max_user_instances") : undefined,
    inotifyWatches: isHere ? await number("/proc/sys/fs/inotify/max_user_watches") : undefined,
    hasLibModules: !isHere || (await isThere("/lib/modules")),
  };
}

/** The host alone: an address may have a user and a password. Undefined where it is this machine's own. */
function hostOf(address: string): string | undefined {
  const host = URL.canParse(address) ? new URL(address).hostname : "";
  return ["", "localhost", "127.0.0.1", "[::1]"].includes(host) ? undefined : host;
}

async function freeBytes({ storage }: EngineFacts): Promise<number | undefined> {
  if (storage === undefined) return undefined;
  try {
    const { bavail, bsize } = await statfs(storage);
    return bavail * bsize;
  } catch (_elsewhere) {
    return undefined; // beside a container with a runner the engine's folder is not ours to see
  }
}

/** MemAvailable: https://www.kernel.org/doc/html/latest/filesystems/proc.html */
async function availableMemory(): Promise<number | undefined> {
  const text = await readFile("/proc/meminfo", "utf8").catch(() => "");
  const [, kib] = /^MemAvailable:\s+([0-9]+) kB$/m.exec(text) ?? [];
  return kib === undefined ? undefined : Number(kib) * 1024;
}

async function number(file: string): Promise<number | undefined> {
  const text = await readFile(file, "utf8").catch(() => "");
  return /^[0-9]+\s*$/.test(text) ? Number(text) : undefined;
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
