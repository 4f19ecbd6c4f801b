import { list, type ReadEntry } from "tar";
import { fullImageName } from "./image-name.ts";

/** Far more than the names of any archive. */
const LIMIT_BYTES = 8 * 2 ** 20;
const INDEX = "index.json";
const LAYOUT = "oci-layout";
const MANIFEST = "manifest.json";

/**
 * The full names of the images in an archive of docker save, podman save, nerdctl save or an OCI layout in a tar, compressed or not:
 * those that containerd gives them.
 *
 * @throws where it cannot be read, is no such archive, or names no image, so that no pod could use what is in it.
 */
export async function imagesInArchive(file: string): Promise<string[]> {
  const found = new Map<string, string>();
  try {
    await list({
      file,
      strict: true,
      onReadEntry: (entry) => {
        const name = entry.path.replace(/^\.\//, "");
        if ([INDEX, LAYOUT, MANIFEST].includes(name)) read(entry, (text) => found.set(name, text));
      },
    });
  } catch (cause) {
    throw new Error(`The image archive ${file} cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
  if (!found.has(MANIFEST) && !found.has(INDEX)) {
    throw new Error(
      `${file} is no image archive: it has neither manifest.json nor index.json. Make one, for example: docker save --output ${file} NAME:TAG`,
    );
  }
  const names = namesIn({ file, found });
  if (names.length === 0) {
    throw new Error(
      `The image archive ${file} names no image, so no pod could use what is in it. Save it by name: docker save --output ${file} NAME:TAG`,
    );
  }
  return [...new Set(names.map(fullImageName))];
}

function read(entry: ReadEntry, done: (text: string) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  entry.on("data", (chunk) => {
    bytes += chunk.byteLength;
    if (bytes <= LIMIT_BYTES) chunks.push(chunk);
  });
  entry.on("end", () => done(Buffer.concat(chunks).toString()));
}

/** containerd reads index.json where there is an oci-layout, and manifest.json otherwise: containerd's core/images/archive/importer.go */
function namesIn({ file, found }: { file: string; found: ReadonlyMap<string, string> }): string[] {
  const index = found.has(LAYOUT) ? namesInIndex(json(file, INDEX, found)) : [];
  return index.length > 0 ? index : namesInManifest(json(file, MANIFEST, found));
}

function json(file: string, name: string, found: ReadonlyMap<string, string>): unknown {
  try {
    return JSON.parse(found.get(name) ?? "null");
  } catch (cause) {
    throw new Error(`The image archive ${file} has a ${name} that is no JSON.`, { cause });
  }
}

interface Annotations {
  "io.containerd.image.name"?: string;
  "org.opencontainers.image.ref.name"?: string;
}

/** https://github.com/opencontainers/image-spec/blob/main/image-layout.md; only whole names, since a tag alone names nothing. */
function namesInIndex(index: unknown): string[] {
  const { manifests } = (index ?? {}) as { manifests?: { annotations?: Annotations }[] };
  return (Array.isArray(manifests) ? manifests : []).flatMap((image) => {
    const annotations = image?.annotations;
    const name =
      annotations?.["io.containerd.image.name"] ??
      annotations?.["org.opencontainers.image.ref.name"];
    return typeof name === "string" && /[/:]/.test(name) ? [name] : [];
  });
}

/** https://github.com/moby/docker-image-spec/blob/main/spec.md#combined-image-json--filesystem-changeset-format */
function namesInManifest(manifest: unknown): string[] {
  const images = Array.isArray(manifest) ? (manifest as { RepoTags?: string[] | null }[]) : [];
  return images.flatMap((image) => image?.RepoTags ?? []);
}
