import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildImage, saveImages } from "../cluster/images.ts";
import { loadImageArchive } from "../cluster/kind-cluster.ts";
import type { Tools } from "../cluster/tools.ts";

const FOLDER = join(import.meta.dirname, "stranger");

/** Builds a stranger's image FROM the runner's, loads it into the cluster and returns its reference. */
export async function strangerImage(
  tools: Tools,
  runnerImage: string,
  cluster: string,
): Promise<string> {
  const tag = "localhost/acme-faults:e2e";
  await buildImage({
    containerfile: join(FOLDER, "Containerfile"),
    context: FOLDER,
    tag,
    buildArgs: { BASE: runnerImage },
    tools,
  });
  const dir = await mkdtemp(join(tmpdir(), "pystol-stranger-"));
  try {
    const archive = join(dir, "image.tar");
    await saveImages({ tags: [tag], archive, tools });
    await loadImageArchive({ name: cluster, archive, tools });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  return tag;
}
