import { createHash } from "node:crypto";

/** What goes into a hash: a name for each part, and its content. */
export type Parts = Readonly<Record<string, string | Uint8Array>>;

/**
 * 16 hexadecimal digits that change when a part's name or content does, and not with the order in
 * which the parts are given.
 */
export function hashOf(parts: Parts): string {
  const hash = createHash("sha256");
  for (const name of Object.keys(parts).sort()) {
    const content = Buffer.from(parts[name] ?? "");
    // The lengths keep {a: "bc"} and {ab: "c"} apart.
    hash.update(`${Buffer.byteLength(name)}:${name}${content.length}:`).update(content);
  }
  return hash.digest("hex").slice(0, 16);
}
