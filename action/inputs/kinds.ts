import { parseDurationMs } from "../../client/duration.ts";
import { linesOf } from "../../client/lines.ts";
import type { Piece } from "../pieces.ts";

/** What an input may be, and what its text means. */
export interface Input<T> {
  pieces: readonly Piece[];
  description: string;
  /** The text that stands for an empty one. */
  preset: string;
  /** What is expected of the text, for its refusal. */
  expected: string;
  typing: Typing;
  /** The value, or undefined if the text is refused. */
  parse(text: string): { value: T } | undefined;
}

/** The type as tools know it that generate typed workflows: https://github.com/typesafegithub/github-actions-typing */
export type Typing =
  | { type: "string" | "boolean" | "integer" }
  | { type: "enum"; "allowed-values": readonly string[] }
  | { type: "list"; separator: string; "list-item": { type: "string" } };

const STRING: Typing = { type: "string" };

/**
 * A preset that a runner evaluates, so that it never reaches the program as it stands here.
 * https://docs.github.com/actions/reference/workflows-and-actions/contexts
 */
export function expression(text: string): string {
  return `$\{{ ${text} }}`;
}

/** The text that stands for an empty input; without a runner, an expression has no value. */
export function presetOf({ preset }: Pick<Input<unknown>, "preset">): string {
  return preset.startsWith(expression("").slice(0, 3)) ? "" : preset;
}

interface About {
  pieces: readonly Piece[];
  description: string;
  preset?: string;
}

/** Any text. */
export function text(about: About): Input<string> {
  const parse = (value: string) => ({ value });
  return { preset: "", ...about, expected: "text", typing: STRING, parse };
}

/** Text that may be left out. */
export function optional(about: About): Input<string | undefined> {
  const parse = (given: string) => ({ value: given || undefined });
  return { preset: "", ...about, expected: "text", typing: STRING, parse };
}

/** Lines that are neither empty nor comments. */
export function lines(about: About): Input<string[]> {
  const parse = (given: string) => {
    const value = linesOf(given);
    return given && value.length === 0 ? undefined : { value };
  };
  return {
    ...{ preset: "", ...about, parse },
    typing: { type: "list", separator: "\n", "list-item": { type: "string" } },
    expected: "at least one line that is no comment, or nothing at all",
  };
}

/** Text of one form. */
export function matching(
  about: About & { form: (text: string) => boolean; expected: string },
): Input<string> {
  const { form, ...rest } = about;
  const parse = (value: string) => (form(value) ? { value } : undefined);
  return { preset: "", ...rest, typing: STRING, parse };
}

/** An image's reference, or nothing. https://github.com/distribution/reference */
export function image(about: About & { example: string }): Input<string | undefined> {
  const { example, ...rest } = about;
  const form = /^[a-z0-9][\w.:/@-]{0,511}$/;
  const parse = (given: string) =>
    given === "" || form.test(given) ? { value: given || undefined } : undefined;
  const expected = `an image, for example "${example}"`;
  return { preset: "", ...rest, expected, typing: STRING, parse };
}

/** A whole number within bounds. */
export function whole(about: About & { least: number; most: number }): Input<number> {
  const { least, most, ...rest } = about;
  const expected = `a whole number from ${least} to ${most}, for example "${least + 1}"`;
  const parse = (given: string) => {
    const value = /^[0-9]{1,9}$/.test(given) ? Number(given) : Number.NaN;
    return value >= least && value <= most ? { value } : undefined;
  };
  return { preset: "", ...rest, expected, typing: { type: "integer" }, parse };
}

/** One of some words. */
export function choice<const T extends string>(about: About & { choices: readonly T[] }): Input<T> {
  const { choices, ...rest } = about;
  const expected = `one of ${choices.map((each) => `"${each}"`).join(", ")}`;
  const parse = (given: string) => {
    const value = choices.find((each) => each === given);
    return value === undefined ? undefined : { value };
  };
  const typing: Typing = { type: "enum", "allowed-values": choices };
  return { preset: "", ...rest, expected, typing, parse };
}

/** YAML 1.2's words for true and false, as @actions/core's getBooleanInput takes them. */
export function flag(about: About): Input<boolean> {
  const parse = (given: string) => {
    if (["true", "True", "TRUE"].includes(given)) return { value: true };
    return ["false", "False", "FALSE"].includes(given) ? { value: false } : undefined;
  };
  const expected = 'one of "true", "false"';
  return { preset: "false", ...about, expected, typing: { type: "boolean" }, parse };
}

/** A span of time, in ms. */
export function duration(about: About): Input<number> {
  const parse = (given: string) => {
    const value = parseDurationMs(given);
    return value !== undefined && value >= 1000 && value <= 86_400_000 ? { value } : undefined;
  };
  const expected = 'a duration from 1s to 24h, for example "90s" or "1h30m"';
  return { preset: "", ...about, expected, typing: STRING, parse };
}
