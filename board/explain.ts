import { open, stat } from "node:fs/promises";
import { evidenceOf } from "./collect/evidence.ts";
import { Client } from "./collect/request.ts";
import { BODY_LIMIT_BYTES, type Evidence, readBadge } from "./reading/read-badge.ts";
import type { Reading } from "./reading/state.ts";

/** One line of `explain`: where the badge came from, and what was read from it. */
export interface Explanation extends Reading {
  readonly source: string;
}

/** `wasRead` is false where nothing could be got from the source: no such file, no answer. */
export interface Explained {
  readonly explanation: Explanation;
  readonly wasRead: boolean;
}

/**
 * Reads one badge from a file or an http(s) URL and says why it has its state. Never throws for the badge's
 * sake. A URL given here may be private: a person typed it. Where it redirects to may not, unless
 * `allowPrivate` names its host. A user and password in a URL are not repeated.
 */
export async function explain(
  argument: string,
  allowPrivate: readonly string[] = [],
): Promise<Explained> {
  const source = argument.replace(CREDENTIALS, "$1***@");
  try {
    const evidence = await evidenceFrom(argument, allowPrivate);
    const { state, label, message, rule } = readBadge(evidence);
    return { explanation: { source, state, label, message, rule }, wasRead: true };
  } catch (error) {
    const rule = `unreadable: ${reasonOf(error)}`;
    return {
      explanation: { source, state: "unknown", label: "", message: "", rule },
      wasRead: false,
    };
  }
}

const CREDENTIALS = /^([a-z][a-z0-9+.-]{0,20}:\/\/)[^/?#]*@/iu;
const OTHER_SCHEME = /^(?!https?:)(?:file:|[a-z][a-z0-9+.-]{1,20}:\/\/)/iu;

/** What was given to `explain` is neither a file that can be read to its end nor an http(s) URL. */
class SourceError extends Error {
  override readonly name = "SourceError";
}

async function evidenceFrom(source: string, allowPrivate: readonly string[]): Promise<Evidence> {
  if (OTHER_SCHEME.test(source)) {
    const scheme = source.slice(0, source.indexOf(":") + 1);
    throw new SourceError(`it begins with "${scheme}", expected a file name or an http(s) URL`);
  }
  if (!/^https?:\/\//iu.test(source)) return { body: await readStart(source) };
  const url = new URL(source);
  await using client = new Client(new Set([url.host, ...allowPrivate]));
  return evidenceOf(await client.get(url));
}

/** The first bytes of a file, one more than the reader accepts, so that it can refuse what is too large. */
async function readStart(path: string): Promise<Uint8Array> {
  const found = await stat(path); // before it is opened: opening a pipe waits for its other end
  if (!found.isFile() && !found.isDirectory()) {
    throw new SourceError("it is a pipe, socket or device, expected a file");
  }
  await using file = await open(path);
  const buffer = Buffer.alloc(BODY_LIMIT_BYTES + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length);
    length += bytesRead;
    if (bytesRead === 0 || length === buffer.length) return buffer.subarray(0, length);
  }
}

const FILE_TROUBLE: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "the file may not be read",
  EISDIR: "it is a folder, expected a file",
  ERR_INVALID_URL: "it is not a valid URL",
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "for an unknown reason";
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return FILE_TROUBLE[code] ?? error.message;
}
