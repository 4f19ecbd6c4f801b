import { existsSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { FindPicture } from "./convert-entry.ts";

const HIGHEST = 3; // folders: the original's list is two below the page that its paths start from

/**
 * Looks for the list's pictures beside it and in the folders above it, and names them relative to the folder that the
 * configuration will be in. Addresses, absolute paths and paths that lead upwards are no pictures of the list.
 */
export function pictureFinder(listPath: string, outFolder: string): FindPicture {
  return (source) => {
    if (/^(?:[a-z][\w+.-]*:|[\\/])/iu.test(source) || source.split(/[\\/]/u).includes("..")) {
      return undefined;
    }
    if (!/\.(?:png|jpe?g|gif|webp)$/iu.test(source)) return undefined;
    let folder = dirname(resolve(listPath));
    for (let level = 0; level <= HIGHEST; level += 1) {
      const path = join(folder, source);
      if (existsSync(path)) return relative(outFolder, path).split(sep).join("/");
      folder = dirname(folder);
    }
    return undefined;
  };
}
