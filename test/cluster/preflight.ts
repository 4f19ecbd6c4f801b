import { access, mkdir, statfs } from "node:fs/promises";
import { run } from "./command.ts";
import type { Engine } from "./engine.ts";
import { cgroupVersion } from "./machine.ts";
import { type MachineFacts, problemsOf } from "./preflight-problems.ts";

/**
 * Throws one error that lists everything that keeps this machine from running kind.
 * With `mayInstall` it also makes /lib/modules, which kind mounts, where it is missing.
 */
export async function preflight(options: {
  readonly engine: Engine;
  readonly cacheDir: string;
  readonly mayInstall: boolean;
}): Promise<void> {
  if (options.mayInstall && process.getuid?.() === 0) {
    await mkdir("/lib/modules", { recursive: true });
  }
  const problems = problemsOf(await machineFacts(options));
  if (problems.length === 0) return;
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  throw new Error(
    [
      `This machine cannot run a kind cluster: ${count}.`,
      ...problems.map((one) => `  - ${one}`),
    ].join("\n"),
  );
}

async function machineFacts(options: {
  readonly engine: Engine;
  readonly cacheDir: string;
}): Promise<MachineFacts> {
  const { engine, cacheDir } = options;
  await mkdir(cacheDir, { recursive: true });
  const disk = await statfs(cacheDir);
  return {
    platform: process.platform,
    engine: engine.kind,
    freeDiskBytes: disk.bavail * disk.bsize,
    cacheDir,
    cgroupVersion: await cgroupVersion(),
    isRootless: await isRootless(engine),
    hasLibModules: await exists("/lib/modules"),
    nodesResolveNames: engine.kind === "docker" || (await podmanResolvesNames(engine)),
  };
}

async function isRootless(engine: Engine): Promise<boolean> {
  const format = engine.kind === "docker" ? "{{.SecurityOptions}}" : "{{.Host.Security.Rootless}}";
  const { stdout } = await run(engine.path, ["info", "--format", format], {
    purpose: `Ask ${engine.kind} whether it is rootless`,
    env: engine.env,
  });
  return /true|rootless/.test(stdout);
}

/** Podman 4 with CNI needs a plug-in for it; netavark brings its own. */
async function podmanResolvesNames(engine: Engine): Promise<boolean> {
  const { stdout } = await run(engine.path, ["info", "--format", "{{.Host.NetworkBackend}}"], {
    purpose: "Ask podman for its network",
    env: engine.env,
  });
  if (stdout.trim() !== "cni") return true;
  const folders = ["/usr/lib/cni", "/opt/cni/bin", "/usr/libexec/cni"];
  const found = await Promise.all(folders.map((folder) => exists(`${folder}/dnsname`)));
  return found.includes(true);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
