/**
 * An image's name with everything that is left out, as containerd lists it: "shop" is "docker.io/library/shop:latest".
 * https://github.com/distribution/reference/blob/main/normalize.go
 */
export function fullImageName(name: string): string {
  const [path = "", digest] = name.split("@");
  const first = path.split("/")[0] ?? "";
  const hasRegistry = path.includes("/") && (/[.:]/.test(first) || first === "localhost");
  const registry = hasRegistry ? path : `docker.io/${path.includes("/") ? "" : "library/"}${path}`;
  // docker.io has a second, older name.
  const whole = registry
    .replace(/^index\.docker\.io\//, "docker.io/")
    .replace(/^docker\.io\/([^/]+)$/, "docker.io/library/$1");
  if (digest !== undefined) return `${whole}@${digest}`;
  return hasTag(whole) ? whole : `${whole}:latest`;
}

/** Whether Kubernetes pulls the image each time unless its pod says otherwise: https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting */
export function isAlwaysPulled(name: string): boolean {
  return /:latest$/.test(fullImageName(name));
}

/** The name without a digest. */
export function withoutDigest(name: string): string {
  return name.split("@")[0] ?? name;
}

function hasTag(name: string): boolean {
  return /:[^/]+$/.test(name);
}
