import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import type { Resource } from "../../kubernetes/resources.ts";

/** The objects of one YAML file, in its order. */
export async function readObjects(file: string): Promise<Resource[]> {
  const documents = parseAllDocuments(await readFile(file, "utf8"));
  return (Array.isArray(documents) ? documents : []).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw new Error(`${file} is not YAML: ${error.message}`);
    const object = document.toJS() as Resource | null;
    if (!object) return [];
    if (!object.apiVersion || !object.kind || !object.metadata?.name) {
      throw new Error(`${file} has a document without apiVersion, kind or metadata.name.`);
    }
    return [object];
  });
}

/** The objects of all YAML files of a folder, by file name; none if there is no such folder. */
export async function readFolder(folder: string): Promise<Resource[]> {
  const files: string[] = [];
  for await (const file of glob("*.yaml", { cwd: folder })) files.push(file);
  return (await Promise.all(files.sort().map((file) => readObjects(join(folder, file))))).flat();
}

/** The objects of a kustomize base, in the order of its resources. Only plain files: a base that needs building is refused. */
export async function readBase(folder: string): Promise<Resource[]> {
  const file = join(folder, "kustomization.yaml");
  const { resources, apiVersion: _, kind: __, ...rest } = parse(await readFile(file, "utf8"));
  const others = Object.keys(rest);
  if (others.length > 0) {
    throw new Error(`${file} has ${others.join(", ")}; expected resources alone.`);
  }
  return (
    await Promise.all(resources.map((name: string) => readObjects(join(folder, name))))
  ).flat();
}

/** What a kustomize component adds to a base: objects of its own, and changes of the base's. */
export interface Component {
  objects: Resource[];
  withPatches(object: Resource): Resource;
}

interface Patch {
  target: { kind: string; name: string };
  patch: string;
}

/**
 * A kustomize component of plain resources and of JSON patches that add to a list's end or to an object, which is all that ours
 * need. https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/components/
 *
 * @throws if it has anything else.
 */
export async function readComponent(folder: string): Promise<Component> {
  const file = join(folder, "kustomization.yaml");
  const { resources = [], patches = [], ...rest } = parse(await readFile(file, "utf8"));
  const others = Object.keys(rest).filter((name) => name !== "apiVersion" && name !== "kind");
  if (others.length > 0)
    throw new Error(`${file} has ${others.join(", ")}; expected resources and patches alone.`);
  const objects = await Promise.all(
    resources.map((name: string) => readObjects(join(folder, name))),
  );
  const withPatches = (object: Resource) => {
    const copy = structuredClone(object);
    for (const { target, patch } of patches as Patch[]) {
      if (target.kind !== object.kind || target.name !== object.metadata.name) continue;
      for (const operation of parse(patch)) add(copy, operation, file);
    }
    return copy;
  };
  return { objects: objects.flat(), withPatches };
}

/** The operation "add" of RFC 6902, in place. */
function add(
  object: Resource,
  { op, path, value }: { op: string; path: string; value: unknown },
  file: string,
): void {
  const names = path.split("/").slice(1);
  const last = names.pop() ?? "";
  let place: unknown = object;
  for (const name of names) place = (place as Record<string, unknown> | undefined)?.[name];
  if (op === "add" && last === "-" && Array.isArray(place)) place.push(value);
  else if (op === "add" && last !== "-" && typeof place === "object" && place !== null)
    (place as Record<string, unknown>)[last] = value;
  else
    throw new Error(
      `${file}: the operation ${op} of ${path} cannot be carried out on ${object.kind} ${object.metadata.name}; expected "add" to what is there.`,
    );
}
