import { setTimeout as delay } from "node:timers/promises";
import { lines } from "../../../kubernetes/watch.ts";
import { type Cut, CutHere } from "./fate.ts";

/** Lets `bytes` bytes through and then cuts, wherever in a line or in a character that is. */
export function cutAfterBytes(bytes: number, how: Cut) {
  return async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let left = bytes;
    for await (const chunk of source) {
      if (chunk.length >= left) {
        yield chunk.subarray(0, left);
        // What was written has to leave before the connection goes.
        await delay(50);
        throw new CutHere(how);
      }
      left -= chunk.length;
      yield chunk;
    }
  };
}

/**
 * Lets everything through up to and with the first byte of the first character that has several bytes in UTF-8, and cuts
 * within that character.
 */
export function cutWithinCharacter(how: Cut) {
  return async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      const at = chunk.findIndex((byte) => byte >= 0xc0);
      if (at < 0) {
        yield chunk;
        continue;
      }
      yield chunk.subarray(0, at + 1);
      await delay(50);
      throw new CutHere(how);
    }
  };
}

/** A watch's line with when to tell it, in ms from its arrival. */
export type Retold = { line: string; afterMs: number };

/** Tells each line of a watch as `retell` says: twice, late, and so out of order. Bookmarks too are lines. */
export function retoldLines(retell: (line: string) => readonly Retold[]) {
  return async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const ready: string[] = [];
    const pending = new Set<Promise<void>>();
    let wake = Promise.withResolvers<void>();
    let isOver = false;
    const reading = (async () => {
      for await (const line of lines(source)) {
        for (const { line: text, afterMs } of retell(line)) {
          const telling = delay(afterMs).then(() => {
            ready.push(text);
            pending.delete(telling);
            wake.resolve();
          });
          pending.add(telling);
        }
      }
    })().finally(() => {
      isOver = true;
      wake.resolve();
    });
    reading.catch(() => undefined); // thrown below
    while (!isOver || pending.size > 0 || ready.length > 0) {
      const line = ready.shift();
      if (line !== undefined) {
        yield Buffer.from(`${line}\n`);
        continue;
      }
      await wake.promise;
      wake = Promise.withResolvers();
    }
    await reading;
  };
}

/** One byte at a time, so that every chunk ends within a line and most within nothing that can be parsed. */
export async function* byteByByte(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    for (const byte of chunk) yield Buffer.of(byte);
  }
}
