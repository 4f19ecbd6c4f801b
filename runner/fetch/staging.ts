import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, posix, sep } from "node:path";

/** How much a collection may have, so that none fills the node's disk. */
export interface StagingLimits {
  entries: number;
  fileBytes: number;
  totalBytes: number;
}

/**
 * A folder that strangers' files are put into, and nothing outside it: paths go down from it alone, each is written once, and links
 * lead to what is in it. Every method throws an Error that names the entry.
 */
export class Staging {
  readonly #folder: string;
  readonly #limits: StagingLimits;
  readonly #links: { path: string; target: string }[] = [];
  #entries = 0;
  #bytes = 0;

  /** `folder` is there and empty. */
  constructor(folder: string, limits: StagingLimits) {
    this.#folder = folder;
    this.#limits = limits;
  }

  addDirectory(path: string): void {
    this.#count(path);
    mkdirSync(this.#placeOf(path), { recursive: true, mode: 0o755 });
  }

  /** Throws before a file of `bytes` is read that would be too much. */
  announceFile(path: string, bytes: number): void {
    this.#placeOf(path);
    const { fileBytes, totalBytes } = this.#limits;
    if (bytes > fileBytes) {
      throw new Error(`${quoted(path)} has ${bytes} bytes; at most ${fileBytes} are allowed.`);
    }
    if (this.#bytes + bytes > totalBytes) {
      throw new Error(`With ${quoted(path)} there are more than the ${totalBytes} bytes allowed.`);
    }
  }

  addFile(path: string, content: Uint8Array, options: { isExecutable: boolean }): void {
    this.#count(path);
    this.announceFile(path, content.byteLength);
    this.#bytes += content.byteLength;
    const place = this.#placeOf(path);
    mkdirSync(dirname(place), { recursive: true, mode: 0o755 });
    const mode = options.isExecutable ? 0o755 : 0o644;
    once(path, () => writeFileSync(place, content, { flag: "wx", mode }));
  }

  /** The link is made by `finish`, so that nothing is ever written through one. */
  addLink(path: string, target: string): void {
    this.#count(path);
    this.#placeOf(path);
    const end = posix.normalize(posix.join(posix.dirname(normal(path)), target));
    if (posix.isAbsolute(target) || end === ".." || end.startsWith("../")) {
      throw new Error(`${quoted(path)} is a link to ${quoted(target)}, outside the collection.`);
    }
    this.#links.push({ path, target });
  }

  /** Makes the links, and throws if one of them leads out of the folder or nowhere. */
  finish(): void {
    const places = this.#links.map((link) => ({ ...link, place: this.#placeOf(link.path) }));
    for (const { place } of places) mkdirSync(dirname(place), { recursive: true, mode: 0o755 });
    for (const { path, target, place } of places) once(path, () => symlinkSync(target, place));
    const folder = realpathSync.native(this.#folder);
    for (const { path, target, place } of places) {
      const end = endOf(place);
      if (end !== folder && !end?.startsWith(folder + sep)) {
        throw new Error(
          `${quoted(path)} is a link to ${quoted(target)}, which is not within the collection.`,
        );
      }
    }
  }

  #count(path: string): void {
    this.#entries++;
    if (this.#entries > this.#limits.entries) {
      throw new Error(
        `With ${quoted(path)} there are more than the ${this.#limits.entries} entries allowed.`,
      );
    }
  }

  #placeOf(path: string): string {
    const parts = normal(path).split("/");
    const isOdd = parts.some((part) => part === ".." || /[\0\\]/.test(part));
    if (path.startsWith("/") || isOdd) {
      throw new Error(`${quoted(path)} is no path within the collection.`);
    }
    return join(this.#folder, ...parts);
  }
}

function normal(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return parts.join("/");
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}...` : text);
}

function once(path: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === "EEXIST" ? "is there twice" : `cannot be written: ${message}`;
    throw new Error(`${quoted(path)} ${why}.`, { cause });
  }
}

/** The kernel's answer: Node's own takes a/link/.. for a, wherever the link leads. */
function endOf(link: string): string | undefined {
  try {
    return realpathSync.native(link);
  } catch (_leadsNowhere) {
    return undefined;
  }
}
