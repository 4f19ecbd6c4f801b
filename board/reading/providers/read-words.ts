import { parseColor, toneOf } from "../color/parse-color.ts";
import type { Draft } from "../draft.ts";
import { CONFIDENCE, type Finding } from "../finding.ts";
import type { State } from "../state.ts";
import { comparable } from "../words/normalize.ts";

type Read = (badge: Draft) => Finding | undefined;

/** Reads a service's own words, as whole messages; `notes` says what else a word stands for there. */
export function words(
  service: string,
  states: Readonly<Record<string, State>>,
  notes: Readonly<Record<string, string>> = {},
): Read {
  return ({ message }) => {
    const word = comparable(message);
    const state = Object.hasOwn(states, word) ? states[word] : undefined;
    if (state === undefined) return undefined;
    const note = Object.hasOwn(notes, word) ? `; ${notes[word]}` : "";
    return {
      state,
      rule: `provider: ${service}'s word "${word}"${note}`,
      confidence: CONFIDENCE.certain,
    };
  };
}

/**
 * Reads a service's own fills, of a badge on which nothing is drawn as text. All that are known have to say the same,
 * and nothing red or amber, and no title that is not understood, may stand beside a "passing".
 */
export function fills(service: string, states: Readonly<Record<string, State>>): Read {
  return ({ fills: found = [], label, message }) => {
    const said = found.flatMap((fill) => (Object.hasOwn(states, fill) ? [states[fill]] : []));
    const state = said[0];
    if (state === undefined || said.some((other) => other !== state)) return undefined;
    const strangers = found.filter((fill) => !Object.hasOwn(states, fill));
    const isDoubtful = label !== "" || message !== "" || strangers.some(isWarm);
    if (state === "passing" && isDoubtful) return undefined;
    return {
      state,
      rule: `provider: ${service}'s fill for ${state}`,
      confidence: CONFIDENCE.ownColor,
    };
  };
}

function isWarm(fill: string): boolean {
  const color = parseColor(fill);
  const tone = color && toneOf(color);
  return tone === "red" || tone === "amber";
}
