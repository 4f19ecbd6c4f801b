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
