/** manifest.json of `docker save`. https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md */
export type DockerManifest = readonly {
  readonly Config: string;
  readonly RepoTags: readonly string[] | null;
  readonly Layers: readonly string[];
}[];

/** The manifest with every image under the names that `namesOf` gives for the one it had. */
export function renameImages(
  manifest: DockerManifest,
  namesOf: (tag: string) => readonly string[],
): DockerManifest {
  return manifest.map((image) => ({ ...image, RepoTags: (image.RepoTags ?? []).flatMap(namesOf) }));
}
