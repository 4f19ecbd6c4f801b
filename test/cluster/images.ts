import { rm } from "node:fs/promises";
import { CommandError, run } from "./command.ts";
import type { Engine } from "./engine.ts";

/** Every image that is built here carries it, so that only our own are ever removed. */
export const MADE_BY = "org.pystol.made-by=test";

interface WithEngine {
  readonly tools: { readonly engine: Engine };
}

export interface ImageBuild extends WithEngine {
  readonly containerfile: string;
  /** The folder that COPY reads from. */
  readonly context: string;
  readonly tag: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** So many images of a repository stay: other checkouts on this machine may use the older ones. */
const KEPT_IMAGES = 3;

/**
 * Builds an image and gives it the tag. Of those that were built here for the same repository (the
 * tag without what follows the last colon) the newest three stay. Throws a CommandError with the end
 * of the build's output.
 */
export async function buildImage(build: ImageBuild): Promise<void> {
  const { engine } = build.tools;
  const before = await imageId(build.tag, engine);
  const args = Object.entries(build.buildArgs ?? {}).flatMap(([name, value]) => [
    "--build-arg",
    `${name}=${value}`,
  ]);
  await run(
    engine.path,
    [
      ...["build", "--tag", build.tag, "--label", MADE_BY, "--file", build.containerfile],
      ...[...engine.buildFlags, ...args, build.context],
    ],
    { purpose: `Build the image ${build.tag}`, env: engine.env, signal: build.signal },
  );
  // Not `image prune`: it would also take the layers of a build that is under way.
  const after = await imageId(build.tag, engine);
  if (before !== undefined && before !== after) await removeUnused(before, engine);
  await removeSuperseded(build.tag, engine);
}

async function removeSuperseded(built: string, engine: Engine): Promise<void> {
  const repository = built.replace(/:[^:/]*$/, "");
  const filters = ["--filter", `label=${MADE_BY}`, "--filter", `reference=${repository}`];
  const { stdout } = await run(
    engine.path,
    ["images", ...filters, "--format", "{{.Repository}}:{{.Tag}}"],
    { purpose: `List the images of ${repository}`, env: engine.env },
  );
  for (const tag of superseded(stdout, built)) await removeUnused(tag, engine);
}

/** Removes an image, unless a container uses it or it has other names. */
async function removeUnused(image: string, engine: Engine): Promise<void> {
  try {
    await removeTags([image], engine);
  } catch (error) {
    const isUsed =
      error instanceof CommandError && /in use|being used|multiple|referenced/.test(error.output);
    if (!isUsed) throw error;
  }
}

/**
 * The tags to remove, from a list of images, the newest first, a line for each. Never the one that
 * was just built: a build from cached layers can be older than all others. Exported for its tests.
 */
export function superseded(listing: string, built: string): string[] {
  const repository = built.slice(0, built.lastIndexOf(":") + 1);
  return listing
    .split("\n")
    .filter((tag) => tag.startsWith(repository) && tag !== built && tag !== `${repository}<none>`)
    .slice(KEPT_IMAGES - 1);
}

/** Removes images of ours that are older than a week and in no container. */
export async function removeOldImages(engine: Engine): Promise<void> {
  const filters = ["--filter", `label=${MADE_BY}`, "--filter", "until=168h"];
  await run(engine.path, ["image", "prune", "--all", "--force", ...filters], {
    purpose: "Remove images of ours that are older than a week",
    env: engine.env,
  });
}

/** Saves images into one archive, their shared layers once, for `loadImageArchive`. */
export async function saveImages(
  options: WithEngine & { readonly tags: readonly string[]; readonly archive: string },
): Promise<void> {
  const { engine } = options.tools;
  // Podman refuses to write to an archive that is there.
  await rm(options.archive, { force: true });
  // Docker saves any number of images into one archive unasked.
  const flags = engine.kind === "podman" ? ["--multi-image-archive", "--quiet"] : [];
  await run(engine.path, ["save", ...flags, "--output", options.archive, ...options.tags], {
    purpose: "Save images into an archive",
    env: engine.env,
    advice: "Is there enough room on the disk?",
  });
}

/** The ID of the image that has the tag; undefined if the engine has none. */
export async function imageId(tag: string, engine: Engine): Promise<string | undefined> {
  try {
    const { stdout } = await run(engine.path, ["image", "inspect", "--format", "{{.Id}}", tag], {
      purpose: `Look for the image ${tag}`,
      env: engine.env,
    });
    return stdout.trim();
  } catch (error) {
    if (error instanceof CommandError && /no such image|not known/i.test(error.output)) {
      return undefined;
    }
    throw error;
  }
}

/** Takes tags away; an image without any is removed. */
export async function removeTags(tags: readonly string[], engine: Engine): Promise<void> {
  await run(engine.path, ["image", "rm", ...tags], {
    purpose: "Remove images of ours",
    env: engine.env,
  });
}
