import { CommandError, run } from "../command.ts";
import { nearest } from "../nearest.ts";
import { imagesInArchive } from "./archive-images.ts";
import type { Engine } from "./engine.ts";
import { type EngineFacts, engineFacts } from "./engine-facts.ts";
import { fullImageName } from "./image-name.ts";

/** Loose, but nothing that a command line could take for an option. */
const REFERENCE = /^[a-z0-9][\w.:/-]{0,511}$/i;

/** What makes images unfit to be loaded from an engine's own store: a sentence each. */
export interface ImageProblems {
  errors: string[];
  warnings: string[];
}

/** Looks whether the engine has the images, by names that an archive can carry, for the machine that it runs on. Nothing is pulled. */
export async function engineImageProblems(
  engine: Engine,
  references: readonly string[],
  signal?: AbortSignal,
): Promise<ImageProblems> {
  const problems: ImageProblems = { errors: [], warnings: [] };
  if (references.length === 0) return problems;
  const { architecture } = await engineFacts(engine, signal);
  for (const reference of references) {
    if (!REFERENCE.test(reference)) problems.errors.push(unfit(engine, reference));
    else {
      const found = await architectureOf(engine, reference, signal);
      if (found === undefined) problems.errors.push(await absent(engine, reference, signal));
      else if (architecture && found && found !== architecture)
        problems.warnings.push(
          `The image ${reference} is for ${found}, and the nodes are ${architecture}; its pods end with "exec format error" unless the machine emulates ${found}. Build it with: --platform linux/${architecture}`,
        );
    }
  }
  return problems;
}

function unfit({ path }: Engine, reference: string): string {
  const said = JSON.stringify(reference);
  return reference.includes("@")
    ? `${said} has a digest, and an archive carries only tags. Give it one, and load that: ${path} tag ${reference} NAME:TAG`
    : `${said} is no name of an image; expected one such as "shop:1".`;
}

/** As the image has it, "" if it has none; undefined where the engine does not have the image. */
async function architectureOf(
  { path, environment }: Engine,
  reference: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const args = ["image", "inspect", "--format", "{{.Architecture}}", reference];
  try {
    return (await run(path, args, { environment, signal })).trim();
  } catch (error) {
    if (error instanceof CommandError && !error.isMissing) return undefined;
    throw error;
  }
}

async function absent(
  { path, environment }: Engine,
  reference: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const args = ["images", "--format", "{{.Repository}}:{{.Tag}}"];
  const names = await run(path, args, { environment, signal }).catch((error) => {
    if (error instanceof CommandError) return ""; // only for a hint; Podman 4 fails at some manifest lists
    throw error;
  });
  const known = names.split("\n").filter((name) => name && !name.includes("<none>"));
  const bare = known.map((name) => name.replace(/^localhost\//, ""));
  const near = nearest(reference, known) ?? nearest(reference, bare);
  const meant = near ? ` Did you mean ${near}?` : "";
  return `${path} has no image ${reference}.${meant} Build it in a step before (${path} build --tag ${reference} .), or pull it: ${path} pull ${reference}`;
}

/**
 * Writes an image to a file and returns the full name that it has there: what Podman built is called localhost/NAME. For the engine's
 * own platform alone: kind imports every platform that an archive names, and fails at those whose layers were never pulled.
 * https://github.com/kubernetes-sigs/kind/issues/3795
 */
export async function saveImage(options: {
  engine: Engine;
  reference: string;
  file: string;
  signal?: AbortSignal | undefined;
}): Promise<string> {
  const { engine, reference, file, signal } = options;
  const { path, environment } = engine;
  const platform = await platformFlag(engine, signal);
  await run(path, ["save", ...platform, "--output", file, reference], { environment, signal });
  const names = await imagesInArchive(file);
  const full = fullImageName(reference);
  const local = `localhost/${full.replace(/^docker\.io\/(library\/)?/, "")}`;
  const name = [full, local].find((each) => names.includes(each));
  if (name !== undefined) return name;
  throw new Error(
    `${path} saved ${reference} under the name ${names.join(", ")}; expected ${full}. Give the whole name of the image, with its registry and tag.`,
  );
}

/** Docker has the flag since 28, for daemons with the API 1.48; Podman saves one platform, in the format that names images fully. */
async function platformFlag(engine: Engine, signal: AbortSignal | undefined): Promise<string[]> {
  const { kind, path, environment } = engine;
  if (kind === "podman") return ["--format", "docker-archive"];
  const ask = (...args: string[]) => run(path, args, { environment, signal });
  const { architecture }: EngineFacts = await engineFacts(engine, signal);
  if (architecture === undefined) return [];
  if (!(await ask("save", "--help")).includes("--platform")) return [];
  if (kind === "docker") {
    const version = await ask("version", "--format", "{{.Server.APIVersion}}");
    const [major = 0, minor = 0] = version.trim().split(".").map(Number);
    if (major < 1 || (major === 1 && minor < 48)) return [];
  }
  return ["--platform", `linux/${architecture}`];
}
