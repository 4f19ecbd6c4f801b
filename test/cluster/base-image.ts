import { join } from "node:path";
import { cached } from "./cache.ts";
import { run } from "./command.ts";
import type { Engine } from "./engine.ts";
import { findProgram } from "./find-program.ts";
import { hashOf } from "./hash.ts";
import { imageId, MADE_BY } from "./images.ts";
import { BASE_IMAGE_PACKAGES, installPackages } from "./packages.ts";
import type { Progress } from "./progress.ts";
import { canPull, pull } from "./pull.ts";
import { BASE_SUITE, PUBLISHED_BASE_IMAGE } from "./versions.ts";

const BOOTSTRAP = ["--variant=minbase", "--include=ca-certificates", BASE_SUITE];

/**
 * The name of an image of Debian that the engine has: the published one, or, where no registry can
 * be reached, one made from packages. Both serve as the `BASE` of a Containerfile.
 */
export async function ensureBaseImage(options: {
  readonly engine: Engine;
  readonly cacheDir: string;
  readonly mayInstall: boolean;
  readonly progress: Progress;
}): Promise<string> {
  const { engine, progress } = options;
  const inputs = { bootstrap: BOOTSTRAP.join(" ") };
  const ours = `localhost/pystol-test/debian:${BASE_SUITE}-${hashOf(inputs)}`;
  for (const image of [PUBLISHED_BASE_IMAGE, ours]) {
    if ((await imageId(image, engine)) !== undefined) return image;
  }
  if (await canPull(PUBLISHED_BASE_IMAGE, engine)) {
    progress(`Pull ${PUBLISHED_BASE_IMAGE}`);
    await pull(PUBLISHED_BASE_IMAGE, engine);
    return PUBLISHED_BASE_IMAGE;
  }
  const folder = await cached({
    ...options,
    name: `debian-${BASE_SUITE}`,
    inputs,
    build: (unfinished) => bootstrap(join(unfinished, "root.tar"), options),
  });
  const changes = [`LABEL ${MADE_BY}`, 'CMD ["bash"]'].flatMap((one) => ["--change", one]);
  await run(engine.path, ["import", ...changes, join(folder, "root.tar"), ours], {
    purpose: "Import the base image",
    env: engine.env,
  });
  return ours;
}

async function bootstrap(
  archive: string,
  options: { readonly mayInstall: boolean; readonly progress: Progress },
): Promise<void> {
  if ((await findProgram("mmdebstrap")) === undefined) {
    await installPackages({
      ...options,
      packages: BASE_IMAGE_PACKAGES,
      need: `${PUBLISHED_BASE_IMAGE} cannot be pulled, and mmdebstrap, which makes one like it, is missing.`,
    });
  }
  options.progress(`Make a base image of Debian ${BASE_SUITE} from packages`);
  await run("mmdebstrap", ["--quiet", ...BOOTSTRAP, archive], {
    purpose: `Bootstrap Debian ${BASE_SUITE}`,
    advice: "Can the Debian archive be reached?",
  });
}
