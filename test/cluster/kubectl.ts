import { join } from "node:path";
import { cached } from "./cache.ts";
import { run } from "./command.ts";
import type { Engine } from "./engine.ts";
import { MADE_BY } from "./images.ts";
import { kubernetesPrograms } from "./kubernetes.ts";
import type { Progress } from "./progress.ts";
import { PUBLISHED_NODE_IMAGE } from "./versions.ts";

/** The path of a kubectl of the cluster's own version: out of the node image, or our own build. */
export async function ensureKubectl(options: {
  readonly engine: Engine;
  readonly cacheDir: string;
  readonly nodeImage: string;
  readonly progress: Progress;
  readonly mayInstall: boolean;
}): Promise<string> {
  const folder =
    options.nodeImage === PUBLISHED_NODE_IMAGE
      ? await cached({
          ...options,
          name: "kubectl",
          inputs: { image: options.nodeImage },
          build: (unfinished) => copyFromImage("/usr/bin/kubectl", unfinished, options),
        })
      : await kubernetesPrograms(options);
  return join(folder, "kubectl");
}

async function copyFromImage(
  path: string,
  folder: string,
  { engine, nodeImage }: { readonly engine: Engine; readonly nodeImage: string },
): Promise<void> {
  const purpose = `Copy ${path} out of ${nodeImage}`;
  const { env } = engine;
  const created = await run(engine.path, ["create", "--label", MADE_BY, nodeImage], {
    purpose,
    env,
  });
  const container = created.stdout.trim();
  try {
    await run(engine.path, ["cp", `${container}:${path}`, folder], { purpose, env });
  } finally {
    await run(engine.path, ["rm", container], { purpose: "Remove a container of ours", env });
  }
}
