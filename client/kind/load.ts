import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Progress } from "../progress.ts";
import { imagesInArchive } from "./archive-images.ts";
import type { Engine } from "./engine.ts";
import { engineImageProblems, saveImage } from "./engine-images.ts";
import { fullImageName, isAlwaysPulled } from "./image-name.ts";
import { type Kind, kind } from "./kind.ts";
import { imagesOnNode, nameOnNode, nodeNames } from "./node-images.ts";

export interface LoadOptions {
  program: Kind;
  engine: Engine;
  /** The cluster's. */
  name: string;
  /** Names of images in the engine's own store. */
  images: readonly string[];
  /** Files, as docker save and podman save make them. */
  archives: readonly string[];
  /** Where an image lies on its way; one at a time. */
  temp: string;
  progress: Progress;
  /** What a person should see, but what stops nothing. */
  warn?: Progress | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Loads images onto every node of a kind cluster, and then looks whether each node has each, by the name that was given. Through
 * archives, because kind's own way from an engine's store works with Docker alone: https://github.com/kubernetes-sigs/kind/issues/3105
 *
 * @throws before anything is loaded where an image or archive is not there or names nothing; afterwards with each image that a node
 * does not have.
 */
export async function loadImages(options: LoadOptions): Promise<void> {
  const { program, name, images, archives, progress, signal } = options;
  const warn = options.warn ?? progress;
  const inArchives = await checked(options, warn);
  // Podman's own localhost/shop:1 also gets the name docker.io/library/shop:1, which a pod's "shop:1" means.
  const wanted: Wanted[] = inArchives.map((full) => ({ full, from: full }));
  for (const reference of images) {
    wanted.push({ full: fullImageName(reference), from: await loadFromEngine(options, reference) });
  }
  await loadImageArchives({ program, name, archives, progress, signal });
  for (const { full } of wanted.filter((each) => isAlwaysPulled(each.full))) {
    warn(
      `${full} has the tag latest, so Kubernetes pulls it each time and does not use what was loaded; give it another tag, or its pods imagePullPolicy: IfNotPresent`,
    );
  }
  const missing = await missingOnNodes(options, wanted);
  if (missing.length > 0) {
    throw new Error(
      [
        "kind said that it had loaded the images, but not all of them are there:",
        ...missing.map((each) => `  - ${each}`),
        "Is the image for the nodes' architecture, and does its archive have all of its layers? One platform alone is safest: docker save --platform linux/amd64",
      ].join("\n"),
    );
  }
  if (wanted.length > 0) progress(`Every node has ${wanted.map(({ full }) => full).join(", ")}`);
}

interface Wanted {
  /** The name that pods mean. */
  full: string;
  /** The name that the archive has. */
  from: string;
}

/** What nodes do not have, a sentence each. Where a name is another one in the archive, they get both. */
async function missingOnNodes(options: LoadOptions, wanted: readonly Wanted[]): Promise<string[]> {
  const { program, engine, name, signal } = options;
  const missing: string[] = [];
  if (wanted.length === 0) return missing;
  for (const node of await nodeNames(program, name, signal)) {
    const there = await imagesOnNode(engine, node, signal);
    for (const { full, from } of wanted) {
      if (!there.has(from)) missing.push(`the node ${node} does not have ${from}`);
      else if (full !== from) await nameOnNode(engine, { node, from, to: full }, signal);
    }
  }
  return missing;
}

/** The names in all archives, or one error with all that is wrong with them and with the images. */
async function checked(options: LoadOptions, warn: Progress): Promise<string[]> {
  const { engine, images, archives, signal } = options;
  const { errors, warnings } = await engineImageProblems(engine, images, signal);
  const read = await Promise.allSettled(archives.map(imagesInArchive));
  for (const one of read) if (one.status === "rejected") errors.push(one.reason.message);
  if (errors.length > 0) {
    const problems = errors.map((error) => `  - ${error}`);
    throw new Error(["Not all images can be loaded, so none was:", ...problems].join("\n"));
  }
  for (const warning of warnings) warn(warning);
  return read.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
}

/** Returns the name that it then has on the nodes. */
async function loadFromEngine(options: LoadOptions, reference: string): Promise<string> {
  const { program, engine, name, temp, progress, signal } = options;
  const directory = await mkdtemp(join(temp, "image-"));
  try {
    const file = join(directory, "image.tar");
    progress(`Saving ${reference} from ${engine.path}`);
    const saved = await saveImage({ engine, reference, file, signal });
    await loadArchive({ program, name, file, what: reference, progress, signal });
    return saved;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Loads image archives onto every node of a kind cluster, and believes kind that they are there. */
export async function loadImageArchives(options: {
  program: Kind;
  name: string;
  archives: readonly string[];
  progress: Progress;
  signal?: AbortSignal | undefined;
}): Promise<void> {
  const { archives, ...rest } = options;
  for (const file of archives) {
    await loadArchive({ ...rest, file, what: file });
  }
}

async function loadArchive(options: {
  program: Kind;
  name: string;
  file: string;
  what: string;
  progress: Progress;
  signal?: AbortSignal | undefined;
}): Promise<void> {
  const { program, name, file, what, progress, signal } = options;
  progress(`Loading ${what}`);
  await kind(program, ["load", "image-archive", file, "--name", name], {
    signal,
    onLine: progress,
  });
}
