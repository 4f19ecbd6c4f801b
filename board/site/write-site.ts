import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeWhole } from "../state/write-whole.ts";

/** Names the files of the last build, so that the next one removes those alone which are ours and gone. */
const MANIFEST = ".board-files.json";
const AT_ONCE = 16;

/** Writes the files whose bytes changed, each in one step, and removes those of the last build that are no longer there. */
export async function writeSite(outDir: string, files: ReadonlyMap<string, string>): Promise<void> {
  const before = await lastFiles(outDir);
  const folders = new Set([...files.keys()].map((name) => dirname(join(outDir, name))));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  const waiting = [...files];
  const write = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      await writeIfChanged(join(outDir, next[0]), next[1]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, write));
  for (const name of before) {
    if (!files.has(name)) await rm(join(outDir, name), { force: true });
  }
  await writeIfChanged(join(outDir, MANIFEST), `${JSON.stringify([...files.keys()].toSorted())}\n`);
}

/** What the last build wrote; a manifest that is broken or leads out of the folder names nothing. */
async function lastFiles(outDir: string): Promise<string[]> {
  const text = await readFile(join(outDir, MANIFEST), "utf8").catch(() => "[]");
  const names = parsed(text);
  return Array.isArray(names) ? names.filter(isOurs) : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (_notJson) {
    return [];
  }
}

function isOurs(name: unknown): name is string {
  return (
    typeof name === "string" && /^[\w.-]+(?:\/[\w.-]+)?$/u.test(name) && !/^\.|\/\./u.test(name)
  );
}

async function writeIfChanged(path: string, content: string): Promise<void> {
  const previous = await readFile(path, "utf8").catch(() => undefined);
  if (previous !== content) await writeWhole(path, content);
}
