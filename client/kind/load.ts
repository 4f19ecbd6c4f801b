import { access } from "node:fs/promises";
import type { Progress } from "../progress.ts";
import { type Kind, kind } from "./kind.ts";

/**
 * Loads image archives (as docker save and podman save make them) onto every node of a kind cluster.
 * Archives, because kind's own way from an engine's store works with Docker alone: https://github.com/kubernetes-sigs/kind/issues/3105
 */
export async function loadImageArchives(options: {
  program: Kind;
  name: string;
  archives: readonly string[];
  progress: Progress;
  signal?: AbortSignal | undefined;
}): Promise<void> {
  for (const archive of options.archives) {
    await access(archive).catch((cause) => {
      throw new Error(`The image archive ${archive} cannot be read: ${cause.message}`, { cause });
    });
    options.progress(`Loading ${archive}`);
    await kind(options.program, ["load", "image-archive", archive, "--name", options.name], {
      signal: options.signal,
      onLine: options.progress,
    });
  }
}
