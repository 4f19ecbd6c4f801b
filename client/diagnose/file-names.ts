import { createHash } from "node:crypto";

const LONGEST = 100;
/** https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const RESERVED = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

/**
 * Gives paths out that every system and GitHub's artifacts take, no two of which are the same, in capitals or not. Parts that are
 * empty or lead upwards do not survive. https://github.com/actions/upload-artifact/issues/333
 */
export class FileNames {
  readonly #given = new Set<string>();

  /** A relative path with "/" for these parts. */
  take(parts: readonly string[]): string {
    const path = parts.map(safeName).join("/");
    for (let count = 1; ; count++) {
      const tried = count === 1 ? path : numbered(path, count);
      if (this.#given.has(tried.toLowerCase())) continue;
      this.#given.add(tried.toLowerCase());
      return tried;
    }
  }
}

/** One part of a path. What had to be changed gets a short hash, so that different names stay different. */
function safeName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9._@=+-]+/g, "_").replace(/^[.\s]+|[.\s]+$/g, "_");
  const safe = RESERVED.test(plain) || plain === "" ? `_${plain}` : plain;
  if (safe === name && safe.length <= LONGEST) return safe;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 6);
  const [, stem = "", suffix = ""] = /^(.*?)(\.[A-Za-z0-9]{1,8})?$/.exec(safe) ?? [];
  return `${stem.slice(0, LONGEST - 20)}-${hash}${suffix}`;
}

function numbered(path: string, count: number): string {
  const dot = path.lastIndexOf(".");
  const at = dot > path.lastIndexOf("/") + 1 ? dot : path.length;
  return `${path.slice(0, at)}-${count}${path.slice(at)}`;
}
