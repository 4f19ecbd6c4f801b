import { ensureBaseImage } from "./base-image.ts";
import type { Engine } from "./engine.ts";
import { findEngine } from "./engine.ts";
import { ensureKind } from "./kind-program.ts";
import { ensureKubectl } from "./kubectl.ts";
import { acquireLock } from "./lock.ts";
import { ensureNodeImage } from "./node-image.ts";
import { ENGINE_PACKAGES, installPackages } from "./packages.ts";
import { preflight } from "./preflight.ts";
import type { Progress } from "./progress.ts";

export interface ToolsOptions {
  readonly cacheDir: string;
  readonly progress: Progress;
  /** Whether packages may be installed with apt-get, as root: only when a person asked for a set-up. */
  readonly mayInstall: boolean;
}

/** What making and using a kind cluster takes, all of it present. */
export interface Tools {
  readonly cacheDir: string;
  readonly engine: Engine;
  /** Paths of programs. */
  readonly kind: string;
  readonly kubectl: string;
  /** For `kind create cluster --image`; undefined: kind's default. */
  readonly nodeImage: string | undefined;
  /** A Debian image that the engine has, for `FROM`. */
  readonly baseImage: string;
}

/**
 * Finds or makes the tools: pulled where images can be pulled, otherwise made from packages and Go
 * modules, and then kept in `cacheDir` and in the engine. Throws one error that names everything
 * this machine lacks, or the first step that failed.
 */
export async function ensureTools(options: ToolsOptions): Promise<Tools> {
  const { cacheDir, progress } = options;
  await using _lock = await acquireLock(`${cacheDir} tools`, () =>
    progress("Wait for another process that makes the tools"),
  );
  const engine = await ensureEngine(options);
  await preflight({ ...options, engine });
  const withEngine = { ...options, engine };
  const kind = await ensureKind(options);
  const baseImage = await ensureBaseImage(withEngine);
  const nodeImage = await ensureNodeImage(withEngine);
  const kubectl = await ensureKubectl({ ...withEngine, nodeImage });
  return { cacheDir, engine, kind, kubectl, nodeImage, baseImage };
}

async function ensureEngine(options: ToolsOptions): Promise<Engine> {
  const found = await findEngine(options.cacheDir);
  if ("engine" in found) return found.engine;
  await installPackages({
    ...options,
    packages: ENGINE_PACKAGES,
    need: ["No container engine answers; Docker or Podman is needed.", ...found.failures].join(
      "\n",
    ),
  });
  const installed = await findEngine(options.cacheDir);
  if ("engine" in installed) return installed.engine;
  throw new Error(["Podman is installed and does not answer.", ...installed.failures].join("\n"));
}
