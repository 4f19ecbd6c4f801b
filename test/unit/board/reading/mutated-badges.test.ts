import { readFileSync } from "node:fs";
import { makeBadge } from "badge-maker";
import { badgen } from "badgen";
import { expect, test } from "vitest";
import { readBadge } from "../../../../board/reading/read-badge.ts";
import { type Reading, STATES } from "../../../../board/reading/state.ts";
import { bytes, CAPTURED, capturedBadges } from "../../../support/board-badges.ts";
import { random } from "../../../support/random.ts";
import { IS_FULL, SEED } from "../../../support/sample.ts";

const ROUNDS = IS_FULL ? 1_000_000 : 20_000;
const STYLES = ["flat", "flat-square", "plastic", "for-the-badge", "social"] as const;
const NOT_PASSING = [
  ..."failing|failed|failure|error|cancelled|running|pending|skipped|unknown|no status".split("|"),
  "3 failed, 120 passed",
  "not passing",
  "118/120 passed",
];

/** Bodies that do not say passing, drawn in the green of passing and in red. */
const BODIES: readonly string[] = NOT_PASSING.flatMap((message) =>
  ["#4c1", "#4b0", "#e05d44"].flatMap((color) => [
    ...STYLES.map((style) => makeBadge({ label: "build", message, color, style })),
    badgen({ label: "build", status: message, color: color.slice(1) }),
  ]),
).concat(capturedBadges().flatMap(notPassing));

function notPassing({ file, expected }: { file: string; expected: string }): string[] {
  const isWanted = expected !== "passing" && expected !== "info";
  return isWanted ? [readFileSync(new URL(file, CAPTURED), "utf8")] : [];
}

const SPICE = [
  "<",
  ">",
  "&",
  '"',
  "'",
  "/",
  "=",
  " ",
  "0",
  "-",
  "\u202e",
  "\u200b",
  "\ud800",
  "<g>",
  "</g>",
  "<!--",
  "-->",
  "<![CDATA[",
  "]]>",
  "&#x202e;",
  " opacity='0'",
  " x='900'",
  "</svg>",
];

/** Drops, doubles, moves or overwrites a stretch, puts something in, or swaps colours for the green of passing. */
function mutate(text: string, next: () => number): string {
  const at = Math.floor(next() * text.length);
  const to = at + Math.floor(next() * 20);
  const pick = <T>(items: readonly T[]) => items[Math.floor(next() * items.length)] as T; // it is inside
  switch (Math.floor(next() * 6)) {
    case 0:
      return text.slice(0, at) + text.slice(to);
    case 1:
      return text.slice(0, to) + text.slice(at);
    case 2:
      return text.slice(0, at) + String.fromCharCode(33 + next() * 90) + text.slice(at + 1);
    case 3:
      return text.slice(0, at) + pick(SPICE) + text.slice(at);
    case 4: {
      const tags = text.match(/<[^>]*>/gu) ?? [];
      return tags.length === 0 ? text : text.replace(pick(tags), "");
    }
    default:
      return text.replaceAll(/#[0-9a-f]{3,6}/giu, () => (next() < 0.5 ? "#4b0" : "#555"));
  }
}

/** What is wrong with a reading of a body that was never one of a passing badge. */
function faultsOf(reading: Reading, body: string): string[] {
  const faults: string[] = [];
  if (!STATES.includes(reading.state)) faults.push("no state");
  if (!(reading.confidence >= 0 && reading.confidence <= 1)) faults.push("no confidence");
  if (reading.color !== undefined && !/^#[0-9a-f]{6}$/u.test(reading.color))
    faults.push("no color");
  const shown = reading.label + reading.message + reading.rule + (reading.conflict ?? "");
  if (/[\p{Cf}\p{Cc}\p{Cs}]/u.test(shown)) faults.push("invisible characters");
  if (reading.state !== "passing") return faults;
  // Where every word is lost, an exactly known green may still speak for itself; it says so.
  if (!reading.rule.startsWith("color:")) faults.push("a word for passing came from nowhere");
  if (/\p{L}{3}/u.test(body.replaceAll(/<[^>]*>/gu, ""))) faults.push("green over words");
  return faults;
}

test(`${ROUNDS} mutated badges never crash the reader, and none turns green over its words`, {
  timeout: IS_FULL ? 900_000 : 60_000,
}, () => {
  const next = random(SEED);
  const wrong: unknown[] = [];
  let svgs = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    let body = BODIES[Math.floor(next() * BODIES.length)] ?? "";
    for (let step = 0; step <= round % 4; step += 1) body = mutate(body, next);
    const reading = readBadge({ body: bytes(body) });
    if (!reading.rule.startsWith("content:")) svgs += 1;
    const faults = faultsOf(reading, body);
    if (faults.length > 0 && wrong.length < 5)
      wrong.push({ seed: SEED, round, faults, reading, body });
  }
  expect(wrong).toEqual([]);
  expect(svgs / ROUNDS).toBeGreaterThan(0.2); // enough are still pictures, so that their words were read
});
