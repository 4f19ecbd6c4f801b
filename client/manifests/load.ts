import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { keyOf } from "../../kubernetes/resources.ts";
import { findManifests } from "./find.ts";
import { type Manifest, parseManifests } from "./parse.ts";
import { ManifestError, type Problem } from "./problem.ts";
import { actionValidator, type Validate } from "./validate.ts";

/**
 * The actions that paths and globs below `directory` name, checked against the CRD in `root`.
 *
 * @throws ManifestError with every problem of every file.
 */
export async function loadManifests(options: {
  patterns: readonly string[];
  directory: string;
  namespace: string;
  root: string;
}): Promise<Manifest[]> {
  const validate = await validatorFrom(options.root);
  const { files, problems } = await findManifests(options.patterns, options.directory);
  const manifests: Manifest[] = [];
  for (const file of files) {
    const text = await readFile(resolve(options.directory, file), "utf8");
    const parsed = parseManifests(text, { file, namespace: options.namespace, validate });
    manifests.push(...parsed.manifests);
    problems.push(...parsed.problems);
  }
  problems.push(...duplicates(manifests));
  if (problems.length > 0) throw new ManifestError(problems);
  return manifests;
}

async function validatorFrom(root: string): Promise<Validate> {
  const crd = parse(await readFile(join(root, "crds/pystolactions.yaml"), "utf8"));
  return actionValidator(crd.spec.versions[0].schema.openAPIV3Schema);
}

function duplicates(manifests: readonly Manifest[]): Problem[] {
  const first = new Map<string, Manifest>();
  return manifests.flatMap((manifest) => {
    const key = keyOf(manifest.action);
    const earlier = first.get(key);
    first.set(key, earlier ?? manifest);
    if (!earlier) return [];
    const { file, line } = earlier.positionOf(["metadata", "name"]);
    const message = `metadata.name: ${key} is already defined at ${file}:${line}; give each action a name of its own.`;
    return [{ message, position: manifest.positionOf(["metadata", "name"]) }];
  });
}
