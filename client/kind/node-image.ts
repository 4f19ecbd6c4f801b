import { run } from "../command.ts";
import type { Progress } from "../progress.ts";
import { imagesInArchive } from "./archive-images.ts";
import type { Engine } from "./engine.ts";
import { fullImageName, withoutDigest } from "./image-name.ts";

/**
 * Loads a node image from a file into the engine, so that kind need not pull it, and returns the name to give to kind. It has no
 * digest: an engine knows digests only of what it pulled itself, and kind would pull again.
 *
 * @throws where the archive does not have `image`, or has several and none is asked for.
 */
export async function loadNodeImage(options: {
  engine: Engine;
  file: string;
  image: string | undefined;
  progress: Progress;
  signal?: AbortSignal | undefined;
}): Promise<string> {
  const { engine, file, progress, signal } = options;
  const image = chosenImage(file, await imagesInArchive(file), options.image);
  progress(`Loading the node image ${image} from ${file}`);
  const { environment } = engine;
  await run(engine.path, ["load", "--input", file], { environment, signal, onLine: progress });
  await run(engine.path, ["image", "inspect", "--format", "{{.Id}}", image], {
    environment,
    signal,
  });
  return image;
}

function chosenImage(file: string, found: readonly string[], wanted: string | undefined): string {
  const name = wanted === undefined ? undefined : fullImageName(withoutDigest(wanted));
  const chosen = name === undefined && found.length === 1 ? found[0] : name;
  if (chosen !== undefined && found.includes(chosen)) return chosen;
  const expected =
    name === undefined
      ? 'one node image, or the input "node-image" to say which'
      : `the node image ${name}, which the input "node-image" or its default names`;
  throw new Error(
    `The node image archive ${file} has ${found.join(", ")}; expected ${expected}. Save it by that name, or set "node-image" to what it has.`,
  );
}
