import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildAction } from "../../../scripts/build/action.ts";

/** What is shipped, in bytes: a runner fetches it for each job that uses the action. */
const MOST_BYTES = 4.5 * 1024 * 1024;

let folder: string;
let first: Map<string, Buffer>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pystol-built-"));
  await buildAction(join(folder, "first"));
  first = await filesIn(join(folder, "first"));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function filesIn(directory: string): Promise<Map<string, Buffer>> {
  const names = (await readdir(directory)).sort();
  const files = names.map(
    async (name): Promise<[string, Buffer]> => [name, await readFile(join(directory, name))],
  );
  return new Map(await Promise.all(files));
}

test("the bundle is the same, byte for byte, when it is built again", async () => {
  await buildAction(join(folder, "second"));
  const second = await filesIn(join(folder, "second"));
  expect([...second.keys()]).toEqual([...first.keys()]);
  for (const [name, bytes] of second) expect(first.get(name)?.equals(bytes), name).toBe(true);
});

test("the bundle is no larger than 4.5 MiB", () => {
  const bytes = [...first.values()].reduce((sum, { length }) => sum + length, 0);
  expect(bytes).toBeLessThan(MOST_BYTES);
});

test("the bundle has a program for each piece, and nothing of this machine", () => {
  const programs = ["index.cjs", "setup.cjs", "run.cjs", "report.cjs"];
  expect([...first.keys()]).toEqual(expect.arrayContaining(programs));
  const root = join(import.meta.dirname, "../../..");
  for (const [name, bytes] of first) expect(bytes.includes(root), name).toBe(false);
});
