import { CONFIDENCE, type Finding } from "../finding.ts";
import { knownColor } from "./palette.ts";
import { type Color, hexOf, type Tone, toneOf } from "./parse-color.ts";

/** The one tone of a badge's coloured fills; undefined if there are none, or several that disagree. */
export function commonTone(colors: readonly Color[]): Tone | undefined {
  const tones = new Set(colors.map(toneOf).filter((tone) => tone !== "grey"));
  return tones.size === 1 ? [...tones][0] : undefined;
}

/**
 * What the colours of a badge without words say, or undefined. Green is believed only where the fill is
 * exactly one that a known service uses for "passing" and nothing on the badge is red or amber; a hue
 * alone can say failing, never passing.
 */
export function judgeColor(colors: readonly Color[]): Finding | undefined {
  const hexes = [...new Set(colors.map(hexOf))];
  const known = hexes.flatMap((hex) => {
    const color = knownColor(hex);
    return color === undefined ? [] : [{ hex, ...color }];
  });
  const first = known[0];
  const tones = new Set(colors.map(toneOf));
  if (first !== undefined && known.every(({ state }) => state === first.state)) {
    const isDoubtful = first.state !== "failing" && (tones.has("red") || tones.has("amber"));
    if (!isDoubtful || first.state === "running") {
      return {
        state: first.state,
        rule: `the fill ${first.hex} of ${first.service}`,
        confidence: CONFIDENCE.color,
      };
    }
  }
  if (known.length === 0 && commonTone(colors) === "red") {
    return { state: "failing", rule: `red is the only colour`, confidence: CONFIDENCE.hue };
  }
  return undefined;
}
