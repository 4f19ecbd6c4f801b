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

/**
 * Builds an image and gives it the tag. The image that had the tag before is removed if it was ours
 * and has no other; layers that the new one shares stay. Throws a CommandError with the end of the
 * build's output.
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
  const after = await imageId(build.tag, engine);
  if (before !== undefined && before !== after) await removeDangling(engine);
}

/** Removes images of ours that have lost their tag; no others. */
async function removeDangling(engine: Engine): Promise<void> {
  await run(engine.path, ["image", "prune", "--force", "--filter", `label=${MADE_BY}`], {
    purpose: "Remove untagged images of ours",
    env: engine.env,
  });
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
