import { parseDurationMs } from "../duration.ts";
import type { FieldPath } from "../manifests/validate.ts";
import { nearest } from "../nearest.ts";

/** Takes down what is wrong at a place. */
export type Note = (path: FieldPath, message: string) => void;

const SHOWN_CHARACTERS = 80;

/**
 * The fields of one mapping, read one by one. What is wrong is noted at its place, and undefined given instead; a field that
 * is not there is undefined without a note, unless it is `required`.
 */
export class Fields {
  readonly path: FieldPath;
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #note: Note;

  private constructor(values: Readonly<Record<string, unknown>>, path: FieldPath, note: Note) {
    this.#values = values;
    this.path = path;
    this.#note = note;
  }

  /** Undefined, and noted, if `value` is no mapping. A field that is not `known` is noted. */
  static of(
    value: unknown,
    { path, known, note }: { path: FieldPath; known: readonly string[]; note: Note },
  ): Fields | undefined {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      const what = path.length > 1 ? nameOf(path) : "a probe";
      note(path, `${what} is ${sortOf(value)}; expected a mapping with ${known.join(", ")}.`);
      return undefined;
    }
    for (const name of Object.keys(value)) {
      if (known.includes(name)) continue;
      const near = nearest(name, known);
      const hint = near ? `did you mean "${near}"?` : `there are: ${known.join(", ")}.`;
      note([...path, name], `${nameOf([...path, name])} is not a field; ${hint}`);
    }
    return new Fields(value as Record<string, unknown>, path, note);
  }

  /** Whether the field is there; one that was left empty is not. */
  has(name: string): boolean {
    return this.value(name) !== undefined;
  }

  value(name: string): unknown {
    return Object.hasOwn(this.#values, name) ? (this.#values[name] ?? undefined) : undefined;
  }

  note(name: string, message: string): undefined {
    this.#note([...this.path, name], `${nameOf([...this.path, name])} ${message}`);
  }

  /** Notes that the field's value is not `expected`. */
  refuse(name: string, expected: string): undefined {
    this.note(name, `is ${shown(this.value(name))}; expected ${expected}`);
  }

  /** Text that fits `pattern`; `expected` says to people what does. */
  text(name: string, { pattern = /\S/, expected, required = false }: TextRule): string | undefined {
    const value = this.value(name);
    if (value === undefined) return required ? this.#missing(name, expected) : undefined;
    if (typeof value === "string" && pattern.test(value)) return value;
    const isPlain = typeof value === "number" || typeof value === "boolean";
    return this.refuse(name, `${expected}${isPlain ? " Put it into quotes." : ""}`);
  }

  /** A whole number from `min` to `max`. */
  integer(
    name: string,
    { min, max, required = false }: { min: number; max: number; required?: boolean },
  ): number | undefined {
    const value = this.value(name);
    const expected = `a whole number from ${min} to ${max}.`;
    if (value === undefined) return required ? this.#missing(name, expected) : undefined;
    const fits = Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
    return fits ? Number(value) : this.refuse(name, expected);
  }

  /** The milliseconds of a duration from `min` to `max`, both written as durations. */
  durationMs(name: string, { min, max }: { min: string; max: string }): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const ms = typeof value === "string" ? parseDurationMs(value) : undefined;
    const fits =
      ms !== undefined && ms >= (parseDurationMs(min) ?? 0) && ms <= (parseDurationMs(max) ?? 0);
    if (fits) return ms;
    return this.refuse(name, `a duration from ${min} to ${max}, for example 500ms or 1m30s.`);
  }

  /** One of these words. */
  choice<T extends string>(name: string, words: readonly T[]): T | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const word = words.find((each) => each === value);
    return word ?? this.refuse(name, oneOf(words, value));
  }

  #missing(name: string, expected: string): undefined {
    this.#note(this.path, `${nameOf([...this.path, name])} is required; expected ${expected}`);
  }
}

interface TextRule {
  pattern?: RegExp;
  /** What is expected, with its full stop. */
  expected: string;
  required?: boolean;
}

/** What is expected where one of some words is, with the nearest to what was found. */
export function oneOf(words: readonly string[], found: unknown): string {
  const near = typeof found === "string" ? nearest(found.slice(0, 100), words) : undefined;
  return `one of ${words.join(", ")}${near ? `; did you mean "${near}"?` : "."}`;
}

/** A value for people: as JSON, and short. */
export function shown(value: unknown): string {
  const isWhole = typeof value === "object" || value === undefined;
  return isWhole ? sortOf(value) : cut(JSON.stringify(value) ?? String(value));
}

/** What sort of value it is, for where the value itself may hold a secret. */
export function sortOf(value: unknown): string {
  if (value === undefined || value === null) return "empty";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  return typeof value === "object" ? "a mapping" : `a ${typeof value}`;
}

/** [0, "http", "url"] as http.url: the index of the probe is what the line number says. */
function nameOf(path: FieldPath): string {
  const [first, ...rest] = path.slice(1).map((part) => {
    if (typeof part === "number") return `[${part}]`;
    return /^[\w-]+$/.test(part) ? cut(part) : cut(JSON.stringify(part));
  });
  return rest.reduce((text, part) => text + (part.startsWith("[") ? part : `.${part}`), `${first}`);
}

function cut(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS - 1)}…` : text;
}
