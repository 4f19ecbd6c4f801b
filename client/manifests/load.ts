import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { keyOf } from "../../kubernetes/resources.ts";
import { linesOf } from "../lines.ts";
import { findManifests } from "./find.ts";
import { type Manifest, parseManifests } from "./parse.ts";
import { ManifestError, type Problem } from "./problem.ts";
import { actionValidator, type Validate } from "./validate.ts";

/**
 * The actions that `given` names, checked against the CRD in `root`: paths, folders and globs below `directory`, one a line, or
 * the manifests themselves, if it has a line that begins with a field of one.
 *
 * @throws ManifestError with every problem of every file.
 */
export async function loadManifests(options: {
  given: string;
  /** What `given` is called in messages. */
  name: string;
  directory: string;
  namespace: string;
  root: string;
}): Promise<Manifest[]> {
  const { given, namespace } = options;
  const validate = await validatorFrom(options.root);
  const manifests: Manifest[] = [];
  const problems: Problem[] = [];
  const add = (text: string, source: { file: string; isInline?: boolean }) => {
    const parsed = parseManifests(text, { ...source, namespace, validate });
    manifests.push(...parsed.manifests);
    problems.push(...parsed.problems);
  };
  if (isInline(given)) add(given, { file: options.name, isInline: true });
  else {
    const patterns = linesOf(given);
    if (patterns.length === 0)
      problems.push({ message: `${options.name} names no manifest: it has comments alone.` });
    const found = await findManifests(patterns, options.directory);
    problems.push(...found.problems);
    for (const file of found.files)
      add(await readFile(resolve(options.directory, file), "utf8"), { file });
  }
  problems.push(...duplicates(manifests));
  if (problems.length > 0) throw new ManifestError(problems);
  return manifests;
}

/** A path has no ": ", and YAML of a resource has its fields at the beginning of a line. */
function isInline(given: string): boolean {
  return /^(apiVersion|kind|metadata|spec):(\s|$)/m.test(given) || /^\s*\{/.test(given);
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
