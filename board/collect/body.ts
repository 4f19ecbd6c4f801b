import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { NoAnswerError } from "./no-answer.ts";

const UNPACK = new Map([
  ["gzip", promisify(gunzip)],
  ["x-gzip", promisify(gunzip)],
  ["br", promisify(brotliDecompress)],
  ["deflate", promisify(inflate)],
]);

/**
 * Reads a response body to its end and unpacks it. Stops at `limitBytes`, of what is sent as well as of what
 * comes out, so neither an endless body nor a decompression bomb costs more. Throws NoAnswerError
 * for that.
 */
export async function readBody(
  stream: AsyncIterable<Uint8Array>,
  encoding: string,
  limitBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > limitBytes) throw tooLarge(limitBytes); // leaving the loop ends the stream
    chunks.push(chunk);
  }
  const sent = Buffer.concat(chunks);
  const unpack = UNPACK.get(encoding.trim().toLowerCase());
  if (unpack === undefined || sent.length === 0) return sent;
  try {
    return await unpack(sent, { maxOutputLength: limitBytes });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(limitBytes);
    throw error;
  }
}

function tooLarge(limitBytes: number): NoAnswerError {
  return new NoAnswerError(`the answer is larger than ${Math.round(limitBytes / 1024)} KiB`);
}
