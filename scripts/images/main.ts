import { appendFile } from "node:fs/promises";
import { cacheDirOf } from "../../test/cluster/cache.ts";
import { ensureTools } from "../../test/cluster/tools.ts";
import { buildImages } from "./build-images.ts";

// Builds the images from this checkout and says where they are and which tools a cluster for them takes; in a workflow, as the
// step's outputs and as variables for the steps after it.
const progress = (phase: string) => process.stderr.write(`${phase}\n`);
const tools = await ensureTools({
  cacheDir: cacheDirOf(process.env),
  progress,
  mayInstall: Boolean(process.env.CI),
});
const images = await buildImages({ tools, progress });
const outputs = {
  "operator-image": images.operator,
  "runner-image": images.runner,
  archive: images.archive,
  "kind-path": tools.kind,
  "node-image": tools.nodeImage ?? "",
};
const lines = (values: Record<string, string>) =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
process.stdout.write(lines(outputs));
if (process.env.GITHUB_OUTPUT) await appendFile(process.env.GITHUB_OUTPUT, lines(outputs));
if (process.env.GITHUB_ENV) await appendFile(process.env.GITHUB_ENV, lines(tools.engine.env));
