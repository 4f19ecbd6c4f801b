import { disguises } from "./disguises.ts";

/** What stands in the place of a secret. */
export const MASK = "********";

/** A shorter text is in too many others: `secretVariables` refuses it. */
export const SHORTEST_SECRET = 3;

/** Takes secrets out of what leaves the runner. Redact before anything is cut: half of a secret is not found. */
export interface Redactor {
  /** The text with MASK for each secret. Whole lines can be given one by one. */
  text(text: string): string;
  /** JSON with MASK for each secret in its strings, keys and numbers. Its shape stays. */
  json(value: unknown): unknown;
  /** Whether there is a secret in a string, key or number of this JSON. */
  isIn(value: unknown): boolean;
  /** How long the longest form of a secret is: what was cut before may begin or end with a piece that is shorter than this. */
  readonly longest: number;
}

/**
 * A redactor of these values. It finds each value as it is, each of its lines that has at least SHORTEST_SECRET characters, the
 * strings in a value that is itself JSON, and all of these as JSON, Python, a shell and URLs escape them, in hexadecimal, and in
 * base64 and base64url, also within something longer that was encoded. Hashed or encrypted values are not found.
 */
export function redactorOf(values: Iterable<string>): Redactor {
  const needles = new Needles(values);
  const json = (value: unknown): unknown => {
    if (typeof value === "string") return needles.masked(value);
    if (typeof value === "number") return needles.areIn(String(value)) ? MASK : value;
    if (Array.isArray(value)) return value.map(json);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [needles.masked(key), json(entry)]),
    );
  };
  const isIn = (value: unknown): boolean => {
    if (typeof value === "string" || typeof value === "number") return needles.areIn(`${value}`);
    if (Array.isArray(value)) return value.some(isIn);
    if (typeof value !== "object" || value === null) return false;
    return Object.entries(value).some(([key, entry]) => needles.areIn(key) || isIn(entry));
  };
  return { text: (text) => needles.masked(text), json, isIn, longest: needles.longest };
}

/** Finds many strings in one pass: a secret may have thousands of lines. */
class Needles {
  readonly #byStart = new Map<string, string[]>();
  readonly longest: number;

  constructor(values: Iterable<string>) {
    const needles = new Set([...values].flatMap(parts).flatMap(disguises));
    this.longest = [...needles].reduce((most, { length }) => Math.max(most, length), 0);
    for (const needle of needles) {
      const start = needle.slice(0, SHORTEST_SECRET);
      const same = this.#byStart.get(start);
      if (same) same.push(needle);
      else this.#byStart.set(start, [needle]);
    }
    for (const same of this.#byStart.values()) same.sort((a, b) => b.length - a.length);
  }

  areIn(text: string): boolean {
    return this.#spans(text).next().done === false;
  }

  masked(text: string): string {
    let result = "";
    let copied = 0;
    for (const { start, end } of this.#spans(text)) {
      result += text.slice(copied, start) + MASK;
      copied = end;
    }
    return copied === 0 ? text : result + text.slice(copied);
  }

  /** Where secrets are; those that overlap are one span, so that no rest of one of them remains. */
  *#spans(text: string): Generator<{ start: number; end: number }> {
    let span: { start: number; end: number } | undefined;
    if (this.#byStart.size === 0) return;
    for (let at = 0; at + SHORTEST_SECRET <= text.length; at++) {
      const same = this.#byStart.get(text.slice(at, at + SHORTEST_SECRET));
      const found = same?.find((needle) => text.startsWith(needle, at));
      if (!found) continue;
      const end = at + found.length;
      if (span && at < span.end) span.end = Math.max(span.end, end);
      else {
        if (span) yield span;
        span = { start: at, end };
      }
    }
    if (span) yield span;
  }
}

/** A value, its lines, and the strings within it where it is JSON: each may be shown by itself. */
function parts(value: string): string[] {
  const lines = value.split(/\r\n|\r|\n/).flatMap((line) => [line, line.trim()]);
  const words = [...lines, ...stringsOfJson(value)].filter((part) => /[\p{L}\p{N}]/u.test(part));
  const all = new Set([value, value.trim(), ...words]);
  return [...all].filter((part) => part.trim().length >= SHORTEST_SECRET);
}

function stringsOfJson(text: string): string[] {
  if (!/^\s*[[{"]/.test(text)) return [];
  const strings = (value: unknown): string[] => {
    if (typeof value === "string") return [value];
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(strings) : [];
  };
  try {
    return strings(JSON.parse(text));
  } catch (_notJson) {
    return [];
  }
}
