import { access, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { hashOf } from "../../test/cluster/hash.ts";
import { buildImage, imageId, saveImages } from "../../test/cluster/images.ts";
import { acquireLock } from "../../test/cluster/lock.ts";
import type { Progress } from "../../test/cluster/progress.ts";
import { sourceFiles } from "../../test/cluster/source-files.ts";
import type { Tools } from "../../test/cluster/tools.ts";
import { operatorContext } from "../build/operator-context.ts";
import { runnerContext } from "../build/runner-context.ts";

const ROOT = join(import.meta.dirname, "../..");

export interface Images {
  /** References by which a cluster finds them, with what went in as their tag. */
  operator: string;
  runner: string;
  /** Both in one archive. */
  archive: string;
}

/** Builds the operator's and the runner's image, and saves both into an archive; what is there already for the same content is kept. */
export async function buildImages(options: {
  tools: Tools;
  progress: Progress;
  signal?: AbortSignal;
}): Promise<Images> {
  const { tools, progress } = options;
  const contexts = join(ROOT, "out/images");
  await operatorContext({ dir: join(contexts, "operator") });
  await runnerContext({ dir: join(contexts, "runner") });
  const build = async (name: "operator" | "runner"): Promise<string> => {
    const containerfile = join(ROOT, name, "Containerfile");
    const context = join(contexts, name);
    const base = (await imageId(tools.baseImage, tools.engine)) ?? tools.baseImage;
    const hash = hashOf({
      ...(await sourceFiles(context)),
      "/Containerfile": await readFile(containerfile),
      "/base": base,
    });
    const tag = `localhost/pystol-${name}:${hash}`;
    if (await imageId(tag, tools.engine)) return tag;
    progress(`Build the ${name}'s image`);
    await buildImage({
      containerfile,
      context,
      tag,
      buildArgs: { BASE: tools.baseImage },
      tools,
      signal: options.signal,
    });
    return tag;
  };
  await using _lock = await acquireLock(join(tools.cacheDir, "images"), () =>
    progress("Wait for another build of the images"),
  );
  const operator = await build("operator");
  const runner = await build("runner");
  const archive = join(tools.cacheDir, `images-${hashOf({ operator, runner })}.tar`);
  if (!(await exists(archive))) {
    progress("Save both images into an archive");
    await saveImages({ tags: [operator, runner], archive: `${archive}.part`, tools });
    await rename(`${archive}.part`, archive);
    await removeOldArchives(tools.cacheDir);
  }
  return { operator, runner, archive };
}

/** Each archive has half a gigabyte; the newest two are kept. */
async function removeOldArchives(cacheDir: string): Promise<void> {
  const names = (await readdir(cacheDir)).filter((name) => /^images-[0-9a-f]+\.tar$/.test(name));
  const files = await Promise.all(
    names.map(async (name) => {
      const file = join(cacheDir, name);
      return { file, mtimeMs: (await stat(file)).mtimeMs };
    }),
  );
  const old = files.sort((a, b) => b.mtimeMs - a.mtimeMs).slice(2);
  await Promise.all(old.map(({ file }) => rm(file, { force: true })));
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
