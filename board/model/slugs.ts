import { createHash } from "node:crypto";
import slugify from "@sindresorhus/slugify";

const LONGEST = 60; // characters; file systems allow 255 bytes for a name

/**
 * Gives each name an id that is fit for a file name and an address, and unique by a number where names collide. The same names
 * in the same order give the same ids; a name without any letter that can be transliterated gets a hash.
 */
export function slugger(): (name: string) => string {
  const taken = new Set<string>();
  return (name) => {
    const slug = slugify(name).slice(0, LONGEST).replace(/-+$/u, "") || hashOf(name);
    let id = slug;
    for (let count = 2; taken.has(id); count += 1) id = `${slug}-${count}`;
    taken.add(id);
    return id;
  };
}

function hashOf(name: string): string {
  return `x${createHash("sha256").update(name).digest("hex").slice(0, 10)}`;
}
