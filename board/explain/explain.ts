import { open, stat } from "node:fs/promises";
import { evidenceOf } from "../collect/evidence.ts";
import { Client } from "../collect/request.ts";
import type { How } from "../reading/how.ts";
import { BODY_LIMIT_BYTES, type Evidence, readBadge, serviceOf } from "../reading/read-badge.ts";
import type { Reading } from "../reading/state.ts";

/** What `explain` says of one badge: where it came from, and what was read from it. */
export interface Explanation extends Reading {
  /** As it was given, without what may be a secret. */
  readonly source: string;
  /** The service that the badge is of, where its address tells. */
  readonly provider?: string;
}

/** `wasRead` is false where nothing could be got from the source: no such file, no answer. */
export interface Explained {
  readonly explanation: Explanation;
  readonly wasRead: boolean;
}

/**
 * Reads one badge from a file or an http(s) URL and says why it has its state. Never throws for the badge's
 * sake. A URL given here may be private: a person typed it. Where it redirects to may not, unless
 * `allowPrivate` names its host. A user, a password and the query of a URL are not repeated.
 */
export async function explain(
  argument: string,
  allowPrivate: readonly string[] = [],
  how: How = {},
): Promise<Explained> {
  const source = withoutSecrets(argument);
  try {
    const evidence = await evidenceFrom(argument, allowPrivate);
    const provider = serviceOf(evidence);
    const reading = readBadge(evidence, how);
    return {
      explanation: { source, ...reading, ...(provider === undefined ? {} : { provider }) },
      wasRead: true,
    };
  } catch (error) {
    const rule = `unreadable: ${reasonOf(error)}`;
    const nothing = { state: "unknown", label: "", message: "", confidence: 0 } as const;
    return { explanation: { source, ...nothing, rule }, wasRead: false };
  }
}

/** Badges of private projects are read with a token in their query. */
function withoutSecrets(argument: string): string {
  const shown = argument.replace(CREDENTIALS, "$1***@");
  return /^https?:/iu.test(shown) ? shown.replace(/\?.*$/su, "?…") : shown;
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
  return evidenceOf(await client.get(url), url.href);
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
