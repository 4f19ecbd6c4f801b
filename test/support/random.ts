import { createHash } from "node:crypto";

/** Repeatable numbers from 0 up to 1 (mulberry32) for a seed of any form, so that a failure can be played again. */
export function random(seed: string): () => number {
  let state = createHash("sha256").update(seed).digest().readInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
