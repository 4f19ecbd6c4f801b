import { cp, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { ensureBaseImage } from "./base-image.ts";
import { componentArchive } from "./component-images.ts";
import type { Engine } from "./engine.ts";
import { hashOf } from "./hash.ts";
import { buildImage, imageId, removeOldImages } from "./images.ts";
import { corednsProgram, kubeadmImages, kubernetesPrograms } from "./kubernetes.ts";
import type { Progress } from "./progress.ts";
import { canPull, pull } from "./pull.ts";
import { sourceFiles } from "./source-files.ts";
import { KUBERNETES_VERSION, PUBLISHED_NODE_IMAGE } from "./versions.ts";

const SOURCES = ["go", "images", "node"].map((name) => join(import.meta.dirname, name));

interface NodeImageOptions {
  readonly engine: Engine;
  readonly cacheDir: string;
  readonly mayInstall: boolean;
  readonly progress: Progress;
}

/**
 * The name of a node image that the engine has: the published one, or, where no registry can be
 * reached, one made from packages and Go modules.
 */
export async function ensureNodeImage(options: NodeImageOptions): Promise<string> {
  const { engine, progress } = options;
  const inputs = await nodeImageInputs();
  const ours = `localhost/pystol-test/node:v${KUBERNETES_VERSION}-${hashOf(inputs)}`;
  for (const image of [PUBLISHED_NODE_IMAGE, ours]) {
    if ((await imageId(image, engine)) !== undefined) return image;
  }
  if (await canPull(PUBLISHED_NODE_IMAGE, engine)) {
    progress(`Pull ${PUBLISHED_NODE_IMAGE}`);
    await pull(PUBLISHED_NODE_IMAGE, engine);
    return PUBLISHED_NODE_IMAGE;
  }
  await buildNodeImage(ours, inputs, options);
  // What was made before a change of ours; the one just built is younger.
  await removeOldImages(engine);
  return ours;
}

async function nodeImageInputs(): Promise<Record<string, string | Uint8Array>> {
  const inputs: Record<string, string | Uint8Array> = { version: KUBERNETES_VERSION };
  for (const folder of SOURCES) {
    for (const [name, content] of Object.entries(await sourceFiles(folder))) {
      inputs[join(folder.slice(import.meta.dirname.length), name)] = content;
    }
  }
  return inputs;
}

async function buildNodeImage(
  tag: string,
  inputs: Record<string, string | Uint8Array>,
  options: NodeImageOptions,
): Promise<void> {
  const { engine, cacheDir, progress } = options;
  const baseImage = await ensureBaseImage(options);
  const kubernetes = await kubernetesPrograms(options);
  const programs = { kubernetes, coredns: await corednsProgram(options) };
  const images = await kubeadmImages(kubernetes);
  const archive = await componentArchive({
    ...{ engine, cacheDir, progress, baseImage, programs, inputs },
    kubeadmImages: images,
  });
  progress("Build the node image");
  const context = await mkdtemp(join(cacheDir, ".node-context-"));
  try {
    await cp(join(import.meta.dirname, "node"), context, { recursive: true });
    await cp(archive, join(context, "images.tar"));
    await cp(join(kubernetes, "kubernetes"), join(context, "kubernetes"));
    await buildImage({
      containerfile: join(context, "Containerfile"),
      context,
      tag,
      buildArgs: {
        BASE: baseImage,
        SANDBOX_IMAGE: images.get("pause") ?? "",
        VERSION: `v${KUBERNETES_VERSION}`,
      },
      tools: { engine },
    });
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}
