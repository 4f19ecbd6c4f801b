import { glob, stat } from "node:fs/promises";
import { relative, resolve } from "node:path";
import type { Problem } from "./problem.ts";

/**
 * The files that paths, folders (their *.yaml and *.yml) and glob patterns name below `directory`, each once, in the order of
 * the patterns and by name within one. A pattern that names nothing is a problem: a typing error must not submit less.
 * A pattern's syntax is that of Node's fs.glob: https://nodejs.org/api/fs.html#fspromisesglobpattern-options
 */
export async function findManifests(
  patterns: readonly string[],
  directory: string,
): Promise<{ files: string[]; problems: Problem[] }> {
  const files = new Set<string>();
  const problems: Problem[] = [];
  for (const pattern of patterns) {
    const found = await matches(pattern, directory);
    for (const file of found) files.add(file);
    if (found.length === 0) {
      const message = `"${pattern}" matches no file below ${directory}; expected the path or glob of manifests, for example "chaos/*.yaml".`;
      problems.push({ message });
    }
  }
  return { files: [...files], problems };
}

async function matches(pattern: string, directory: string): Promise<string[]> {
  const literal = await stat(resolve(directory, pattern)).catch(() => undefined);
  if (literal?.isFile()) return [display(pattern, directory)];
  const effective = literal?.isDirectory() ? `${pattern.replace(/\/$/, "")}/*.{yaml,yml}` : pattern;
  const found: string[] = [];
  for await (const name of glob(effective, { cwd: directory })) {
    const file = await stat(resolve(directory, name)).catch(() => undefined);
    if (file?.isFile()) found.push(display(name, directory));
  }
  return found.sort();
}

/** Relative to the directory, where it is inside: that is how an annotation finds its file. */
function display(file: string, directory: string): string {
  const path = relative(directory, resolve(directory, file));
  return path.startsWith("..") ? resolve(directory, file) : path;
}
