import { readFileSync } from "node:fs";
import { makeBadge } from "badge-maker";
import { badgen } from "badgen";
import { readBadge } from "../../../board/reading/read-badge.ts";
import { bytes, CAPTURED, capturedBadges } from "../../support/board-badges.ts";

const WORDS = [
  "passing",
  "failing",
  "error",
  "cancelled",
  "running",
  "no status",
  "3 failed, 120 passed",
  "91%",
];
const STYLES = ["flat", "flat-square", "plastic", "for-the-badge", "social"] as const;
const ROUNDS = 15;
const PASSES = 25; // over all bodies, in one round
const ADDRESS = "https://github.com/o/r/actions/workflows/ci.yml/badge.svg?branch=main";

export interface Inference {
  /** Bodies that are different from each other. */
  readonly badges: number;
  readonly perSecond: { readonly min: number; readonly median: number; readonly max: number };
}

/** How many badges a second are read on one core: the captured ones, where they are, and rendered ones in every style. */
export async function measureInference(): Promise<Inference> {
  const bodies = [...captured(), ...rendered()];
  read(bodies); // the first pass compiles
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = process.threadCpuUsage();
    for (let pass = 0; pass < PASSES; pass += 1) read(bodies);
    const { user, system } = process.threadCpuUsage(start); // in µs; other programs do not count
    rates.push((bodies.length * PASSES * 1e6) / (user + system));
    await new Promise(setImmediate);
  }
  const sorted = rates.sort((one, other) => one - other).map(Math.round);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { badges: bodies.length, perSecond: { min: at(0), median: at(0.5), max: at(1) } };
}

function read(bodies: readonly Uint8Array[]): void {
  for (const body of bodies) readBadge({ body, httpStatus: 200, url: ADDRESS });
}

const captured = () => capturedBadges().map(({ file }) => readFileSync(new URL(file, CAPTURED)));

const rendered = () =>
  WORDS.flatMap((message) => [
    ...STYLES.map((style) => makeBadge({ label: "build", message, color: "#4c1", style })),
    badgen({ label: "build", status: message }),
  ]).map(bytes);
