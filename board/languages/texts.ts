import { ExplainedError } from "../explained-error.ts";

/** What a text's {name} stands for; `n` also chooses the plural form. */
export type TextParams = Readonly<Record<string, string | number>>;

/** The texts of one language, and how it writes. */
export interface Texts {
  /** BCP 47. */
  readonly language: string;
  readonly direction: "ltr" | "rtl";
  /** The text of a key with its parameters put in, as plain text: whoever prints it escapes it. Throws TextError for no such key. */
  text(key: string, params?: TextParams): string;
  number(value: number): string;
  /** A share from `least` to `most`, each 0 to 1, rounded so that it never promises more: "97.1–99.8%". */
  share(least: number, most: number): string;
  /** A time in ms, rounded for people: "4.2 sec", "3 min 5 sec", "2 hr 10 min". */
  duration(ms: number): string;
}

/** A program asked for a text that no language has. */
export class TextError extends ExplainedError {
  override readonly name = "TextError";
}

/** Makes the texts of a language from its keyed texts and a board's own ones, which win. */
export function makeTexts(
  language: string,
  texts: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>> = {},
): Texts {
  const all = new Map(Object.entries({ ...texts, ...own }));
  const plural = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  const shares = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
  const direction = directionOf(language);
  const pattern = (key: string, n: unknown): string => {
    const form = typeof n === "number" ? all.get(`${key}.${plural.select(n)}`) : undefined;
    const found = form ?? all.get(key) ?? all.get(`${key}.other`);
    if (found === undefined) throw new TextError(`There is no text "${key}" in ${language}.`);
    return found;
  };
  return {
    language,
    direction,
    text: (key, params = {}) =>
      pattern(key, params.n).replace(/\{(\w+)\}/gu, (whole, name: string) => {
        const value = params[name];
        if (value === undefined) return whole;
        return typeof value === "number" ? numbers.format(value) : isolated(value, direction);
      }),
    number: (value) => numbers.format(value),
    share(least, most) {
      const [low, high] = [Math.floor(least * 1000) / 1000, Math.ceil(most * 1000) / 1000];
      return low === high ? shares.format(low) : shares.formatRange(low, high);
    },
    duration: (ms) => durationOf(ms, language),
  };
}

const CONTROLS = /[\u202a-\u202e\u2066-\u2069]/gu;
const RIGHT_TO_LEFT = /\p{Script=Arabic}|\p{Script=Hebrew}|\p{Script=Syriac}|\p{Script=Thaana}/u;

/** Keeps a stranger's text from turning the sentence around it. https://www.unicode.org/reports/tr9/#Explicit_Directional_Isolates */
function isolated(value: string, direction: "ltr" | "rtl"): string {
  const text = value.replace(CONTROLS, "");
  return direction === "rtl" || RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text;
}

function directionOf(language: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT_LANGUAGES.has(new Intl.Locale(language).language) ? "rtl" : "ltr";
}

const RIGHT_TO_LEFT_LANGUAGES = new Set(["ar", "fa", "he", "ur", "yi"]);

function durationOf(ms: number, language: string): string {
  const part = (value: number, unit: string, digits = 0) =>
    new Intl.NumberFormat(language, {
      style: "unit",
      unit,
      unitDisplay: "short",
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(value);
  if (ms < 10_000) return part(ms / 1000, "second", 1);
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return part(seconds, "second");
  const minutes = Math.floor(seconds / 60);
  const [large, small] =
    minutes < 60
      ? [part(minutes, "minute"), seconds % 60 && part(seconds % 60, "second")]
      : [part(Math.floor(minutes / 60), "hour"), minutes % 60 && part(minutes % 60, "minute")];
  return small === 0 ? large : `${large} ${small}`;
}
