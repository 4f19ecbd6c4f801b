import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "./cache.ts";
import { run } from "./command.ts";
import type { Engine } from "./engine.ts";
import { hashOf, type Parts } from "./hash.ts";
import { buildImage, removeTags, saveImages } from "./images.ts";
import type { Progress } from "./progress.ts";
import { type DockerManifest, renameImages } from "./rename-images.ts";

const CONTAINERFILES = join(import.meta.dirname, "images");

export interface ComponentPrograms {
  /** The folder of `kubernetes`, `etcd`, `pause`, `podnet`. */
  readonly kubernetes: string;
  /** The folder of `coredns`. */
  readonly coredns: string;
}

/**
 * The archive of the images that a node starts its control plane and its network from, under the
 * names that kubeadm asks for. In the engine they have names of ours, and only while this runs:
 * an image of the same name that somebody pulled stays what it is.
 */
export async function componentArchive(options: {
  readonly engine: Engine;
  readonly cacheDir: string;
  readonly baseImage: string;
  readonly programs: ComponentPrograms;
  readonly kubeadmImages: ReadonlyMap<string, string>;
  readonly inputs: Parts;
  readonly progress: Progress;
}): Promise<string> {
  const folder = await cached({
    ...options,
    name: "component-images",
    build: async (unfinished) => {
      options.progress("Build the images of the control plane");
      await buildArchive(unfinished, options);
    },
  });
  return join(folder, "images.tar");
}

async function buildArchive(
  folder: string,
  options: Parameters<typeof componentArchive>[0],
): Promise<void> {
  const { engine, programs } = options;
  const tools = { engine };
  const name = (image: string) => `localhost/pystol-test/${image}:${hashOf(options.inputs)}`;
  const tags: string[] = [];
  const build = async (image: string, file: string, program: string, programName: string) => {
    const context = join(folder, image);
    await mkdir(context);
    await cp(program, join(context, programName));
    const containerfile = join(CONTAINERFILES, file);
    const buildArgs: Record<string, string> =
      file === "components.Containerfile" ? { BASE: options.baseImage } : {};
    await buildImage({ containerfile, context, tag: name(image), buildArgs, tools });
    tags.push(name(image));
    await rm(context, { recursive: true });
  };
  const kubernetes = join(programs.kubernetes, "kubernetes");
  await build("components", "components.Containerfile", kubernetes, "kubernetes");
  for (const program of ["etcd", "pause", "podnet"]) {
    await build(program, "program.Containerfile", join(programs.kubernetes, program), "program");
  }
  await build("coredns", "program.Containerfile", join(programs.coredns, "coredns"), "program");

  const asBuilt = join(folder, "as-built.tar");
  await saveImages({ tags, archive: asBuilt, tools });
  await removeTags(tags, engine);
  await renameInArchive(asBuilt, join(folder, "images.tar"), (tag) => {
    const image = tags.find((own) => own === tag)?.match(/([^/:]+):[^:]+$/)?.[1] ?? "";
    return namesOnNode(image, options.kubeadmImages);
  });
  await rm(asBuilt);
}

/** The names on a node of one of our images. `localhost/podnet:1` is in node/manifests. */
function namesOnNode(image: string, kubeadmImages: ReadonlyMap<string, string>): string[] {
  if (image === "podnet") return ["localhost/podnet:1"];
  const words = [...kubeadmImages.keys()];
  const wanted =
    image === "components" ? words.filter((word) => word.startsWith("kube-")) : [image];
  return wanted.map((word) => {
    const found = kubeadmImages.get(word);
    if (found === undefined) {
      throw new Error(`kubeadm names no image "${word}"; it names ${words.join(", ")}.`);
    }
    return found;
  });
}

async function renameInArchive(
  from: string,
  to: string,
  namesOf: (tag: string) => readonly string[],
): Promise<void> {
  const folder = `${from}.d`;
  await mkdir(folder);
  const purpose = "Rename images in an archive";
  await run("tar", ["--extract", "--file", from, "--directory", folder], { purpose });
  const manifest = join(folder, "manifest.json");
  const images = JSON.parse(await readFile(manifest, "utf8")) as DockerManifest;
  await writeFile(manifest, JSON.stringify(renameImages(images, namesOf)));
  // Docker's older index of names; who reads manifest.json needs none.
  await rm(join(folder, "repositories"), { force: true });
  await rm(join(folder, "index.json"), { force: true });
  await run("tar", ["--create", "--file", to, "--directory", folder, "."], { purpose });
  await rm(folder, { recursive: true });
}
