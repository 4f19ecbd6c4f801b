import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CommandError, run } from "./command.ts";
import { containersConf, limitFlags, limitsOf } from "./containers-conf.ts";
import { findProgram } from "./find-program.ts";
import { hashOf } from "./hash.ts";
import { cgroupVersion, processStatus } from "./machine.ts";

/** A container engine that answers, and what this machine makes it need. */
export interface Engine {
  readonly kind: "docker" | "podman";
  readonly path: string;
  /** For the engine and for kind. */
  readonly env: Readonly<Record<string, string>>;
  /** For `build`, beside its own. */
  readonly buildFlags: readonly string[];
}

/**
 * Docker or Podman, whichever is there and answers first; kind's own variable
 * KIND_EXPERIMENTAL_PROVIDER chooses. Otherwise why those that are installed do not answer.
 */
export async function findEngine(
  cacheDir: string,
): Promise<{ readonly engine: Engine } | { readonly failures: readonly string[] }> {
  const wanted = process.env.KIND_EXPERIMENTAL_PROVIDER ?? "";
  const kinds = (["docker", "podman"] as const).filter((kind) => wanted === "" || wanted === kind);
  const failures: string[] = [];
  for (const kind of kinds) {
    const path = await findProgram(kind);
    if (path === undefined) continue;
    const engine = kind === "docker" ? dockerEngine(path) : await podmanEngine(path, cacheDir);
    const failure = await failureToAnswer(engine);
    if (failure === undefined) return { engine };
    failures.push(failure);
  }
  return { failures };
}

function dockerEngine(path: string): Engine {
  return { kind: "docker", path, env: {}, buildFlags: [] };
}

async function podmanEngine(path: string, cacheDir: string): Promise<Engine> {
  const env = { KIND_EXPERIMENTAL_PROVIDER: "podman" };
  const status = await processStatus();
  // Podman raises a container's limits to its defaults, which takes CAP_SYS_RESOURCE.
  if (status.userId !== 0 || status.maySetLimits)
    return { kind: "podman", path, env, buildFlags: [] };
  const limits = limitsOf(status.limits, status.largestProcessId);
  const runc = await findProgram("runc", ["/usr/sbin"]);
  // crun 1.8, the default of Debian 12, fails with cgroup v1 in a hybrid hierarchy.
  const runtime = (await cgroupVersion()) === 1 && runc !== undefined ? "runc" : undefined;
  const text = containersConf({ limits, runtime });
  const file = join(cacheDir, `containers-${hashOf({ text })}.conf`);
  await mkdir(cacheDir, { recursive: true });
  await writeFile(file, text);
  return {
    kind: "podman",
    path,
    // In place of the machine's own file, which stays as it is. containers.conf(5)
    env: { ...env, CONTAINERS_CONF: file },
    buildFlags: ["--network", "host", ...limitFlags(limits)],
  };
}

async function failureToAnswer(engine: Engine): Promise<string | undefined> {
  try {
    await run(engine.path, ["info"], {
      purpose: `Ask ${engine.kind} for its state`,
      env: engine.env,
      timeoutMs: 20_000,
      advice:
        engine.kind === "docker"
          ? "Is the daemon running, and may this user use it (group docker)?"
          : "Is Podman set up for this user? https://kind.sigs.k8s.io/docs/user/rootless/",
    });
    return undefined;
  } catch (error) {
    if (error instanceof CommandError) return error.message;
    throw error;
  }
}
