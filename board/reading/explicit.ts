import type { Draft } from "./draft.ts";
import { CONFIDENCE, type Finding } from "./finding.ts";
import type { How } from "./how.ts";
import type { State } from "./state.ts";
import { tidy } from "./words/normalize.ts";

/**
 * What the configuration says of a badge: `treatAs: info`, then `map`, then `thresholds`; undefined where it says
 * nothing of this message. A badge that says nothing cannot be mapped, and one that contradicts itself not to "passing".
 */
export function judgeExplicit(how: How, draft: Draft): Finding | undefined {
  if (draft.message === "") return undefined;
  const said = asInformation(how) ?? byMap(how, draft.message) ?? byThresholds(how, draft);
  const isBlessed = said?.state === "passing" || said?.state === "info";
  return isBlessed && draft.conflict !== undefined ? undefined : said;
}

function asInformation({ treatAs }: How): Finding | undefined {
  if (treatAs !== "info") return undefined;
  return certain("info", "treatAs: the configuration shows it and judges nothing");
}

function byMap({ map = {} }: How, message: string): Finding | undefined {
  const said = fold(message);
  const entry = Object.entries(map).find(([key]) => fold(key) === said);
  return entry && certain(entry[1], `map: the configuration says what "${said}" means`);
}

const fold = (text: string) => tidy(text).toLowerCase();

/** Not for a message that is a failure or no answer, whatever its number: "error 500", "404". */
function byThresholds({ thresholds }: How, { message, finding }: Draft): Finding | undefined {
  const value = thresholds && numberIn(message);
  if (thresholds === undefined || value === undefined || isBadNews(finding)) return undefined;
  const { passing, warning } = thresholds;
  const isLessBetter = passing < warning;
  const reaches = (limit: number) => (isLessBetter ? value <= limit : value >= limit);
  const state = reaches(passing) ? "passing" : reaches(warning) ? "warning" : "failing";
  const limit = state === "passing" ? passing : warning;
  const side = reaches(limit) ? "at or better than" : "worse than";
  return certain(state, `thresholds: ${value} is ${side} the configuration's ${limit}`);
}

/** Said in words: what was judged as a number is judged anew. */
function isBadNews({ state, confidence }: Finding): boolean {
  const isBad = state === "failing" || state === "unknown";
  return isBad && confidence > 0 && confidence !== CONFIDENCE.number;
}

const FIGURE = /-?\d{1,15}(?:\.\d{1,9})?/gu;
const SCALE: Readonly<Record<string, number>> = { k: 1e3, K: 1e3, M: 1e6, G: 1e9 };

/** The one number of a message: "91.5%", "12k", "1,234 ms", "7.4/10". Undefined for none, or for several. */
function numberIn(message: string): number | undefined {
  const text = tidy(message)
    .replace(/^(-?\d{1,9}),(?=\d{1,2} ?%$)/u, "$1.")
    .replace(/(\d),(?=\d{3}(?!\d))/gu, "$1")
    .replace(/ ?\/ ?100?$/u, "");
  const [figure, ...others] = text.matchAll(FIGURE);
  if (figure === undefined || others.length > 0) return undefined;
  const after = text.slice(figure.index + figure[0].length);
  if (/[\p{L}\d.,]$/u.test(text.slice(0, figure.index)) || /^[.,\d]/u.test(after)) return undefined; // "v2", "sha1"
  return Number(figure[0]) * (SCALE[/^([kKMG])(?!\p{L})/u.exec(after)?.[1] ?? ""] ?? 1);
}

function certain(state: State, rule: string): Finding {
  return { state, rule, confidence: CONFIDENCE.certain };
}
