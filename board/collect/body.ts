import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { NoAnswerError } from "./no-answer.ts";

const unpackGzip = promisify(gunzip);
const UNPACK = new Map([
  ["gzip", unpackGzip],
  ["x-gzip", unpackGzip],
  ["br", promisify(brotliDecompress)],
  ["deflate", promisify(inflate)],
]);

/**
 * Unpacks a body, also where it is gzip and no header says so. What comes out has at most `limitBytes`, so a decompression bomb
 * costs no more. Throws NoAnswerError for that.
 */
export async function unpacked(
  sent: Uint8Array,
  encoding: string,
  limitBytes: number,
): Promise<Uint8Array> {
  const unpack = encoding === "" ? undefined : UNPACK.get(encoding.trim().toLowerCase());
  const body =
    unpack === undefined || sent.length === 0 ? sent : await within(limitBytes, unpack, sent);
  return isGzip(body) ? await unpackUnannounced(body, limitBytes) : body;
}

type Unpack = typeof unpackGzip;

async function within(limitBytes: number, unpack: Unpack, packed: Uint8Array): Promise<Buffer> {
  try {
    return await unpack(packed, { maxOutputLength: limitBytes });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(limitBytes);
    throw error;
  }
}

/** The magic number of https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1 and its only method. */
function isGzip(body: Uint8Array): boolean {
  return body[0] === 0x1f && body[1] === 0x8b && body[2] === 8;
}

/** What only looks like gzip stays as it is: no badge begins like that. */
async function unpackUnannounced(body: Uint8Array, limitBytes: number): Promise<Uint8Array> {
  try {
    return await within(limitBytes, unpackGzip, body);
  } catch (error) {
    if (error instanceof NoAnswerError) throw error;
    return body;
  }
}

/** For what is sent as well as for what comes out. */
export function tooLarge(limitBytes: number): NoAnswerError {
  return new NoAnswerError(`the answer is larger than ${Math.round(limitBytes / 1024)} KiB`);
}
