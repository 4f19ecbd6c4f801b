import { open } from "node:fs/promises";
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
 * sake. A URL given here may be private: a person typed it. Where it redirects to may not.
 */
export async function explain(source: string): Promise<Explained> {
  try {
    const evidence = await evidenceFrom(source);
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

async function evidenceFrom(source: string): Promise<Evidence> {
  if (!/^https?:\/\//iu.test(source)) return { body: await readStart(source) };
  const url = new URL(source);
  await using client = new Client(new Set([url.host]));
  return evidenceOf(await client.get(url));
}

/** The first bytes of a file, one more than the reader accepts, so that it can refuse what is too large. */
async function readStart(path: string): Promise<Uint8Array> {
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
