import { judgeColor } from "./color/judge-color.ts";
import { type Color, hexOf, parseColor, toneOf } from "./color/parse-color.ts";
import { type Draft, nothing } from "./draft.ts";
import { CONFIDENCE, type Finding } from "./finding.ts";
import { denialIn } from "./json-denial.ts";
import { doubleKeyIn } from "./json-keys.ts";
import { settle } from "./settle.ts";
import type { State } from "./state.ts";
import { judgeByLabel } from "./words/judge-by-label.ts";
import { judgeWords } from "./words/judge-words.ts";
import { comparable, tidy } from "./words/normalize.ts";
import { WEAK_PASSING } from "./words/vocabulary.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Keys under which services give a state outright: GitHub's checks and statuses, GitLab, Best Practices. */
const STATE_KEYS = ["conclusion", "state", "status", "result", "outcome", "badge_level"];
/** https://github.com/badges/shields/blob/master/badge-maker/lib/color.js, as they were until 2026. */
const SHIELDS_NAMES: Readonly<Record<string, string>> = {
  brightgreen: "#4c1",
  green: "#97ca00",
  yellowgreen: "#a4a61d",
  yellow: "#dfb317",
  orange: "#fe7d37",
  red: "#e05d44",
  blue: "#007ec6",
  grey: "#555",
  gray: "#555",
  lightgrey: "#9f9f9f",
  lightgray: "#9f9f9f",
  success: "#4c1",
  important: "#fe7d37",
  critical: "#e05d44",
  informational: "#007ec6",
  inactive: "#9f9f9f",
};

/**
 * Reads a badge given as JSON: shields' endpoint form (https://shields.io/badges/endpoint-badge) or an
 * object with a state under a usual key. Where several keys speak, failing wins and a "passing" needs
 * the consent of all.
 */
export function readJson(text: string): Draft {
  const fields = parseFields(text);
  if (typeof fields === "string") return nothing(fields);
  const label = stringOf(fields.label ?? fields.name);
  const message = stringOf(fields.message ?? fields.value);
  const color = colorOf(fields.color);
  const level = judgeLevel(fields);
  const finding = level ?? judgeFields(fields, label, message, color);
  const denial =
    level === undefined && finding.state === "passing"
      ? (denialIn(fields) ?? strangeIn(fields, label) ?? doubleKeyOf(text))
      : undefined;
  const denied = denial === undefined ? { finding } : inDoubt(finding, denial);
  return {
    label,
    message: message || (level && stringOf(fields.badge_level)) || spokenState(fields),
    ...denied,
    ...(color === undefined ? {} : { color: hexOf(color) }),
  };
}

function judgeFields(
  fields: Fields,
  label: string,
  message: string,
  color: Color | undefined,
): Finding {
  const found = STATE_KEYS.flatMap((key) => explicitState(key, fields[key]));
  if (message !== "") {
    const said = judgeWords(label, message, isGreen(color));
    if (said !== undefined) found.push({ ...said, rule: `json: message, ${said.rule}` });
  }
  return worst(found) ?? fromColor(fields, color) ?? NOTHING;
}

const NOTHING: Finding = {
  state: "unknown",
  rule: "json: no field says a status that we know",
  confidence: CONFIDENCE.nothing,
};

/** Words in a place of a result that nobody understands: they may say anything. */
function strangeIn(fields: Fields, label: string): string | undefined {
  const isStrange = (key: string) => {
    const text = stringOf(fields[key]);
    const isEnd = STATE_KEYS.includes(key) && WEAK_PASSING.has(comparable(text)); // GitHub's "completed"
    return text !== "" && !isEnd && judgeWords(label, text, true) === undefined;
  };
  const key = ["message", "value", ...STATE_KEYS].find(isStrange);
  return key && `"${key}" is not understood`;
}

function doubleKeyOf(text: string): string | undefined {
  const key = doubleKeyIn(text);
  return key === undefined ? undefined : `"${tidy(key)}" is there twice`;
}

function inDoubt(finding: Finding, denial: string): Pick<Draft, "finding" | "conflict"> {
  const rule = `json: ${denial}`;
  return settle(finding, { state: "unknown", rule, confidence: CONFIDENCE.doubt });
}

/** A project of OpenSSF's Best Practices: its hundreds of other fields are answers to single questions. */
function judgeLevel(fields: Fields): Finding | undefined {
  if (!("tiered_percentage" in fields || "badge_percentage_0" in fields)) return undefined;
  const said = judgeByLabel("best practices", stringOf(fields.badge_level));
  return (
    said && { ...said, rule: `json: badge_level, ${said.rule}`, confidence: CONFIDENCE.certain }
  );
}

function parseFields(text: string): Fields | string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Fields;
    return "json: an object was expected";
  } catch (error) {
    // The parser's message quotes the input, which is a stranger's; the place is enough.
    return `json: not valid JSON (${error instanceof SyntaxError ? "syntax error" : "unreadable"})`;
  }
}

function explicitState(key: string, value: unknown): Finding[] {
  if (typeof value !== "string" || value.trim() === "") return [];
  const said = judgeWords("", tidy(value));
  return said === undefined || said.state === "info"
    ? []
    : [{ ...said, rule: `json: ${key}, ${said.rule}` }];
}

function worst(found: readonly Finding[]): Finding | undefined {
  const of = (state: State) => found.find((each) => each.state === state);
  return of("failing") ?? found.find(({ state }) => state !== "passing") ?? found[0];
}

/** Only shields' endpoint form, and only where it says that it has no message. */
function fromColor(fields: Fields, color: Color | undefined): Finding | undefined {
  if (fields.schemaVersion !== 1 || fields.message !== "" || color === undefined) return undefined;
  const said = judgeColor([color]);
  return said && { ...said, rule: `color: ${said.rule}` };
}

function colorOf(value: unknown): Color | undefined {
  const name = stringOf(value).toLowerCase();
  return parseColor(SHIELDS_NAMES[name] ?? name) ?? parseColor(`#${name}`);
}

function isGreen(color: Color | undefined): boolean {
  return color !== undefined && toneOf(color) === "green";
}

function spokenState(fields: Fields): string {
  return stringOf(STATE_KEYS.map((key) => fields[key]).find((value) => typeof value === "string"));
}

function stringOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? tidy(String(value)) : "";
}
