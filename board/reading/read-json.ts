import { judgeColor } from "./color/judge-color.ts";
import { parseColor, toneOf } from "./color/parse-color.ts";
import { denialIn } from "./json-denial.ts";
import type { Reading, State, Verdict } from "./state.ts";
import { judgeWords } from "./words/judge-words.ts";
import { tidy } from "./words/normalize.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Keys under which services give a state outright: GitHub's checks and statuses, GitLab, Best Practices. */
const STATE_KEYS = ["conclusion", "state", "status", "result", "outcome", "badge_level"];
const GREEN_NAMES = new Set(["brightgreen", "green", "success", "yellowgreen"]);
const SHIELDS_NAMES: Readonly<Record<string, string>> = { brightgreen: "#4c1", red: "#e05d44" };

/**
 * Reads a badge given as JSON: shields' endpoint form (https://shields.io/badges/endpoint-badge) or an
 * object with a state under a usual key. Where several keys speak, failing wins and a "passing" needs
 * the consent of all.
 */
export function readJson(text: string): Reading {
  const fields = parseFields(text);
  if (typeof fields === "string") return { label: "", message: "", state: "unknown", rule: fields };
  const label = stringOf(fields.label ?? fields.name);
  const message = stringOf(fields.message ?? fields.value);
  const color = stringOf(fields.color);
  const verdicts = STATE_KEYS.flatMap((key) => explicitState(key, fields[key]));
  if (message !== "") {
    const said = judgeWords(label, message, isGreen(color));
    if (said !== undefined)
      verdicts.push({ state: said.state, rule: `json: message, ${said.rule}` });
  }
  const verdict = worst(verdicts) ?? fromColor(fields, color) ?? NOTHING;
  const denial = verdict.state === "passing" ? denialIn(fields) : undefined;
  const final: Verdict =
    denial === undefined ? verdict : { state: "unknown", rule: `json: ${denial}` };
  return { label, message: message || spokenState(fields), state: final.state, rule: final.rule };
}

const NOTHING: Verdict = { state: "unknown", rule: "json: no field says a status that we know" };

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

function explicitState(key: string, value: unknown): Verdict[] {
  if (typeof value !== "string" || value.trim() === "") return [];
  const said = judgeWords("", tidy(value));
  return said === undefined || said.state === "info"
    ? []
    : [{ state: said.state, rule: `json: ${key}, ${said.rule}` }];
}

function worst(verdicts: readonly Verdict[]): Verdict | undefined {
  const of = (state: State) => verdicts.find((verdict) => verdict.state === state);
  return of("failing") ?? verdicts.find(({ state }) => state !== "passing") ?? verdicts[0];
}

/** Only shields' endpoint form, and only where it says that it has no message. */
function fromColor(fields: Fields, color: string): Verdict | undefined {
  if (fields.schemaVersion !== 1 || fields.message !== "") return undefined;
  const parsed = parseColor(SHIELDS_NAMES[color] ?? color);
  const said = parsed && judgeColor([parsed]);
  return said && { state: said.state, rule: `color: ${said.rule}` };
}

function isGreen(color: string): boolean {
  const parsed = parseColor(color) ?? parseColor(`#${color}`);
  return GREEN_NAMES.has(color) || (parsed !== undefined && toneOf(parsed) === "green");
}

function spokenState(fields: Fields): string {
  return stringOf(STATE_KEYS.map((key) => fields[key]).find((value) => typeof value === "string"));
}

function stringOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? tidy(String(value)) : "";
}
