import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { actionDocs } from "./action-docs.ts";
import { actionTypesYml, actionYml } from "./action-metadata.ts";
import { boardSettings } from "./board-settings.ts";
import { pystolRoleText, rolesOf } from "./roles.ts";
import { typesFromDefinition, typesFromSchema } from "./types.ts";

const definitions = ["pystolroles", "pystolactions", "pystolruns"];
const schemas = ["report", "results"];
const roles = await rolesOf("collection");

/** Every generated file with the text that it must have. */
const generated: [file: string, text: () => Promise<string>][] = [
  ...definitions.map((name): [string, () => Promise<string>] => [
    `crds/types/${name}.ts`,
    () => typesFromDefinition(`crds/${name}.yaml`),
  ]),
  ...schemas.map((name): [string, () => Promise<string>] => [
    `crds/types/${name}.ts`,
    () => typesFromSchema(`crds/${name}.schema.json`),
  ]),
  ...roles.map((name): [string, () => Promise<string>] => [
    `collection/pystolroles/${name}.yaml`,
    () => pystolRoleText("collection", name),
  ]),
  ["action.yml", async () => actionYml("all", "action/dist")],
  ["action-types.yml", async () => actionTypesYml("all")],
  ["action/action.yml", async () => actionYml("all", "dist")],
  ["action/action-types.yml", async () => actionTypesYml("all")],
  ...(["setup", "run", "report"] as const).map((piece): [string, () => Promise<string>] => [
    `action/${piece}/action.yml`,
    async () => actionYml(piece, "../dist"),
  ]),
  ...(["setup", "run", "report"] as const).map((piece): [string, () => Promise<string>] => [
    `action/${piece}/action-types.yml`,
    async () => actionTypesYml(piece),
  ]),
  ["docs/action.md", () => actionDocs("docs/action.md")],
  ["docs/board-settings.md", () => boardSettings("docs/board-settings.md")],
];

const isCheck = process.argv.includes("--check");
const stale: string[] = [];
for (const [file, text] of generated) {
  const wanted = await text();
  const found = await readFile(file, "utf8").catch(() => undefined);
  if (found === wanted) continue;
  if (isCheck) stale.push(file);
  else {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, wanted);
    console.log(`wrote ${file}`);
  }
}
if (stale.length > 0) {
  console.error(`Stale, regenerate with "npm run generate": ${stale.join(", ")}`);
  process.exitCode = 1;
}
