import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { type Manifest, parseManifests } from "../../client/manifests/parse.ts";
import type { Problem } from "../../client/manifests/problem.ts";
import { actionValidator } from "../../client/manifests/validate.ts";

const crd = parse(readFileSync(new URL("../../crds/pystolactions.yaml", import.meta.url), "utf8"));
const validate = actionValidator(crd.spec.versions[0].schema.openAPIV3Schema);

/** Parses text as the file a.yaml, with the namespace "shop" where it names none. */
export function parseText(text: string): { manifests: Manifest[]; problems: Problem[] } {
  return parseManifests(text, { file: "a.yaml", namespace: "shop", validate });
}

/** A manifest of an action with this spec and metadata. */
export function manifest(
  spec: object = { role: "killpods" },
  metadata: object = { name: "kill-web" },
): Manifest {
  const text = JSON.stringify({
    apiVersion: "pystol.org/v1alpha1",
    kind: "PystolAction",
    metadata,
    spec,
  });
  const { manifests, problems } = parseText(text);
  const [found] = manifests;
  if (!found) throw new Error(problems.map(({ message }) => message).join("\n"));
  return found;
}
