import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { Parser, type ReadEntry } from "tar";
import { ask } from "./requests.ts";
import { shown } from "./source.ts";
import type { Staging } from "./staging.ts";

const LIMIT_BYTES = 64 * 1024 * 1024;
/** Far more than the headers of all entries that are allowed. */
const LIMIT_UNPACKED_BYTES = 1024 * 1024 * 1024;

/** Loads the archive into `file`, and throws if its SHA-256 is not the one that is named. */
export async function loadArchive(
  { url, sha256 }: { url: URL; sha256: string },
  { file, signal }: { file: string; signal: AbortSignal },
): Promise<void> {
  const { body } = await ask(url, { limitBytes: LIMIT_BYTES, signal });
  const hash = createHash("sha256");
  await using output = await open(file, "w");
  for await (const chunk of body) {
    hash.update(chunk);
    await output.write(chunk);
  }
  const found = hash.digest("hex");
  if (found !== sha256) {
    throw new Error(
      `The archive ${shown(url)} has the SHA-256 ${found}; the PystolRole's spec.source names ${sha256}.`,
    );
  }
}

/** Unpacks a tar archive in gzip's format: files, folders and links within it, and throws at anything else. */
export async function unpack(file: string, staging: Staging): Promise<void> {
  let failure: Error | undefined;
  const parser = new Parser({ strict: true });
  parser.on("error", (error: Error) => {
    failure ??= error;
  });
  parser.on("ignoredEntry", (entry: ReadEntry) => refuse(entry));
  parser.on("entry", (entry: ReadEntry) => add(entry, staging));
  let bytes = 0;
  try {
    await pipeline(createReadStream(file), createGunzip(), async (chunks) => {
      for await (const chunk of chunks as AsyncIterable<Buffer>) {
        bytes += chunk.byteLength;
        if (bytes > LIMIT_UNPACKED_BYTES) throw new Error("it is too large when it is unpacked.");
        parser.write(chunk);
        if (failure) throw failure;
      }
    });
    parser.end();
    if (failure) throw failure;
  } catch (cause) {
    throw new Error(`The archive cannot be unpacked: ${(cause as Error).message}`, { cause });
  }
  staging.finish();
}

function add(entry: ReadEntry, staging: Staging): void {
  switch (entry.type) {
    case "Directory":
      staging.addDirectory(entry.path);
      break;
    case "SymbolicLink":
      staging.addLink(entry.path, entry.linkpath ?? "");
      break;
    case "File":
    case "OldFile":
    case "ContiguousFile": {
      staging.announceFile(entry.path, entry.size);
      const chunks: Uint8Array[] = [];
      const isExecutable = ((entry.mode ?? 0) & 0o100) !== 0;
      entry.on("data", (chunk: Uint8Array) => chunks.push(chunk));
      entry.on("end", () => staging.addFile(entry.path, Buffer.concat(chunks), { isExecutable }));
      return;
    }
    default:
      refuse(entry);
  }
  entry.resume();
}

function refuse(entry: ReadEntry): never {
  throw new Error(
    `${JSON.stringify(entry.path.slice(0, 200))} is a ${entry.type}; expected files, folders and symbolic links alone.`,
  );
}
