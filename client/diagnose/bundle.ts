import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FileNames } from "./file-names.ts";
import type { Redactor } from "./redact.ts";

/** How much is kept; what is older or larger is left out, and said to be. */
export interface Limits {
  /** Of one file. Of a log its end is kept. */
  fileBytes: number;
  /** Of all files. */
  totalBytes: number;
  /** Pods whose logs and description are kept, the broken ones first. */
  pods: number;
  /** Of one container's log, its last. */
  logLines: number;
  /** For everything. */
  deadlineMs: number;
}

export const LIMITS: Limits = {
  fileBytes: 5 * 1024 * 1024,
  totalBytes: 50 * 1024 * 1024,
  pods: 60,
  logLines: 2000,
  deadlineMs: 60_000,
};

/** Room that nothing but the index may take. */
const INDEX_BYTES = 256 * 1024;

/**
 * The folder that diagnostics go to. Whatever comes into it passes the redactor first, names and problems too, and stays within the
 * limits.
 */
export class Bundle {
  readonly directory: string;
  readonly limits: Limits;
  readonly problems: string[] = [];
  readonly files: { path: string; bytes: number }[] = [];
  redactor: Redactor;
  readonly #names = new FileNames();
  #left: number;

  constructor(options: { directory: string; limits: Limits; redactor: Redactor }) {
    this.directory = options.directory;
    this.limits = options.limits;
    this.redactor = options.redactor;
    this.#left = options.limits.totalBytes - INDEX_BYTES;
    this.#names.take(["index.txt"]);
  }

  /** Notes that something could not be collected. */
  problem(what: string, error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.problems.push(this.redactor.text(`${what}: ${why}`.replace(/\s+/g, " ").slice(0, 500)));
  }

  /** Runs one part; what it throws is a problem and nothing more. */
  async part<T>(what: string, run: () => Promise<T>): Promise<T | undefined> {
    try {
      return await run();
    } catch (error) {
      this.problem(what, error);
      return undefined;
    }
  }

  /** Writes a file; of what is too long the end is kept if `keep` is "end", and otherwise the beginning. Empty text makes none. */
  async add(
    parts: readonly string[],
    text: string,
    keep: "start" | "end" = "start",
  ): Promise<void> {
    if (text.trim() === "") return;
    const path = this.#names.take(parts.map((part) => this.redactor.text(part)));
    const redacted = this.redactor.text(withEnd(text));
    const room = Math.min(this.limits.fileBytes, this.#left);
    const kept = fitting(redacted, room, keep);
    if (kept === undefined) {
      this.problems.push(`${path} is left out: all files together have reached their limit`);
      return;
    }
    const bytes = Buffer.byteLength(kept);
    this.#left -= bytes;
    await this.#write(path, kept);
    this.files.push({ path, bytes });
  }

  /** Writes index.txt, for which there is always room. */
  async index(text: string): Promise<void> {
    const kept = fitting(this.redactor.text(withEnd(text)), INDEX_BYTES, "start") ?? "";
    await this.#write("index.txt", kept);
    this.files.push({ path: "index.txt", bytes: Buffer.byteLength(kept) });
  }

  async #write(path: string, text: string): Promise<void> {
    const file = join(this.directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { mode: 0o600 });
  }
}

function withEnd(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}

/** As many whole lines as fit and a line that says what is missing; undefined where there is no room for anything. */
function fitting(text: string, room: number, keep: "start" | "end"): string | undefined {
  const bytes = Buffer.from(text);
  if (bytes.length <= room) return text;
  const note = `[cut: ${bytes.length} bytes]\n`;
  const size = room - note.length;
  if (size < 1024) return undefined;
  if (keep === "start") {
    const part = bytes.subarray(0, size);
    return part.subarray(0, part.lastIndexOf(10) + 1).toString() + note;
  }
  const part = bytes.subarray(bytes.length - size);
  return note + part.subarray(part.indexOf(10) + 1).toString();
}
