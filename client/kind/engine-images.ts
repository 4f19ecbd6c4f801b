import { CommandError, run } from "../command.ts";
import { nearest } from "../nearest.ts";
import type { Engine } from "./engine.ts";
import { engineFacts } from "./engine-facts.ts";
import { fullImageName } from "./image-name.ts";

/** Loose, but nothing that a command line could take for an option. */
const REFERENCE = /^[a-z0-9][\w.:/@-]{0,511}$/i;

/** An image in an engine's own store. */
export interface EngineImage {
  /** As it was asked for. */
  reference: string;
  /** The full name that its archive will have; Podman writes localhost/ before what it built. */
  name: string;
}

/**
 * Looks up images in the engine's own store. Nothing is pulled.
 *
 * @throws one error with every image that is not there, or has no name that an archive could carry, and what to do.
 */
export async function engineImages(
  engine: Engine,
  references: readonly string[],
  signal?: AbortSignal,
): Promise<EngineImage[]> {
  const problems: string[] = [];
  const found: EngineImage[] = [];
  let known: string[] | undefined;
  for (const reference of references) {
    if (!REFERENCE.test(reference)) {
      problems.push(`${JSON.stringify(reference)} is no name of an image, such as "shop:1"`);
      continue;
    }
    const names = await namesOf(engine, reference, signal);
    if (names === undefined) {
      known ??= await allNames(engine, signal);
      problems.push(absent(engine, reference, known));
      continue;
    }
    const name = carriedName(reference, names);
    if (name !== undefined) found.push({ reference, name });
    else
      problems.push(
        `${reference} is named by its digest or number, and an archive carries only tags (it has ${names.join(", ") || "none"}). Give it one: ${engine.path} tag ${reference} NAME:TAG`,
      );
  }
  if (problems.length > 0) {
    throw new Error(
      [
        `These images cannot be loaded from ${engine.path}:`,
        ...problems.map((one) => `  - ${one}`),
      ].join("\n"),
    );
  }
  return found;
}

/** The tags of the image, undefined where the engine does not have it. */
async function namesOf(
  { path, environment }: Engine,
  reference: string,
  signal: AbortSignal | undefined,
): Promise<string[] | undefined> {
  const args = ["image", "inspect", "--format", "{{json .RepoTags}}", reference];
  try {
    const tags: unknown = JSON.parse(await run(path, args, { environment, signal }));
    return Array.isArray(tags) ? tags.map((tag) => fullImageName(String(tag))) : [];
  } catch (error) {
    if (error instanceof CommandError && !error.isMissing) return undefined;
    throw error;
  }
}

function carriedName(reference: string, names: readonly string[]): string | undefined {
  if (reference.includes("@")) return undefined;
  const name = fullImageName(reference);
  const short = `localhost/${name.replace(/^docker\.io\/(library\/)?/, "")}`;
  return [name, short].find((each) => names.includes(each));
}

async function allNames(engine: Engine, signal: AbortSignal | undefined): Promise<string[]> {
  const { path, environment } = engine;
  const args = ["images", "--format", "{{.Repository}}:{{.Tag}}"];
  const output = await run(path, args, { environment, signal });
  return output.split("\n").filter((line) => line && !line.includes("<none>"));
}

function absent({ path }: Engine, reference: string, known: readonly string[]): string {
  const bare = (name: string) => name.replace(/^localhost\//, "");
  const near = nearest(reference, known) ?? nearest(reference, known.map(bare));
  const meant = near ? ` Did you mean ${near}?` : "";
  return `${path} has no image ${reference}.${meant} Build it in a step before (${path} build --tag ${reference} .), or pull it: ${path} pull ${reference}`;
}

/**
 * Writes the image to a file, for the engine's own platform alone: kind imports every platform that an archive names, and fails at those whose
 * layers were never pulled. https://github.com/kubernetes-sigs/kind/issues/3795
 */
export async function saveImage(options: {
  engine: Engine;
  reference: string;
  file: string;
  signal?: AbortSignal | undefined;
}): Promise<void> {
  const { engine, reference, file, signal } = options;
  const { path, environment } = engine;
  const platform = await platformFlag(engine, signal);
  await run(path, ["save", ...platform, "--output", file, reference], { environment, signal });
}

/** Docker has the flag since 28, for daemons with the API 1.48; Podman saves one platform, in the format that names images fully. */
async function platformFlag(engine: Engine, signal: AbortSignal | undefined): Promise<string[]> {
  const { kind, path, environment } = engine;
  if (kind === "podman") return ["--format", "docker-archive"];
  const { architecture } = await engineFacts(engine, signal);
  const help = await run(path, ["save", "--help"], { environment, signal });
  if (architecture === undefined || !help.includes("--platform")) return [];
  if (kind === "docker") {
    const args = ["version", "--format", "{{.Server.APIVersion}}"];
    const version = (await run(path, args, { environment, signal })).trim();
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (major < 1 || (major === 1 && minor < 48)) return [];
  }
  return ["--platform", `linux/${architecture}`];
}
