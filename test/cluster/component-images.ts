import { cp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cached } from "./cache.ts";
import { run } from "./command.ts";
import type { Engine } from "./engine.ts";
import { hashOf, type Parts } from "./hash.ts";
import { buildImage, removeTags, saveImages } from "./images.ts";
import type { Progress } from "./progress.ts";
import { type DockerManifest, renameImages } from "./rename-images.ts";

/** Those that are an image by themselves. */
const PROGRAMS = ["etcd", "pause", "podnet", "coredns"];

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
  const tag = (image: string) => `localhost/pystol-test/${image}:${hashOf(options.inputs)}`;
  const context = join(folder, "context");

  await mkdir(context);
  await cp(join(programs.kubernetes, "kubernetes"), join(context, "kubernetes"));
  const containerfile = join(CONTAINERFILES, "components.Containerfile");
  const buildArgs = { BASE: options.baseImage };
  await buildImage({ containerfile, context, tag: tag("components"), buildArgs, tools });
  await rm(context, { recursive: true });

  for (const program of PROGRAMS) {
    const source = program === "coredns" ? programs.coredns : programs.kubernetes;
    const target = join("usr", "local", "bin", program);
    await mkdir(dirname(join(context, target)), { recursive: true });
    await cp(join(source, program), join(context, target));
    await symlink(target, join(context, "program"));
    const file = join(CONTAINERFILES, "program.Containerfile");
    await buildImage({ containerfile: file, context, tag: tag(program), tools });
    await rm(context, { recursive: true });
  }

  const images = ["components", ...PROGRAMS];
  const tags = new Map(images.map((image) => [tag(image), image]));
  const asBuilt = join(folder, "as-built.tar");
  await saveImages({ tags: [...tags.keys()], archive: asBuilt, tools });
  await removeTags([...tags.keys()], engine);
  await renameInArchive(asBuilt, join(folder, "images.tar"), (own) =>
    namesOnNode(tags.get(own) ?? "", options.kubeadmImages),
  );
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
