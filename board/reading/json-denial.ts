import { comparable, tidy } from "./words/normalize.ts";
import { stateOfWhole } from "./words/vocabulary.ts";

/** Keys that name, describe or paint: their values are no results. */
const NO_RESULT =
  /^(?:label|name|title|description|message|color|labelColor|colour|style|logo\w*|namedLogo|isError)$/u;
const PROBLEM =
  /^(?:is_?error|errors?|exception|failed|failures?|failing|problems?|exit_?code|fault)$/iu;
const AGREEMENT = /^(?:ok|success|successful|succeeded|healthy|passed|passing|up|ready)$/iu;
const HTTP_STATUS = /^(?:status|code|status_?code|http_?status)$/iu;
const LONGEST_WORD = 100; // characters

/**
 * What in a JSON object takes its "passing" back, at any depth: a flag, a count of failures, an HTTP error, another
 * word for a state that is no pass. Undefined where nothing does. Work is linear in the size of the object.
 */
export function denialIn(fields: object): string | undefined {
  const open: object[] = [fields];
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    for (const [key, value] of Object.entries(each)) {
      const denial = denialOf(key, value, each === fields);
      if (denial !== undefined) return denial;
      if (typeof value === "object" && value !== null) open.push(value);
    }
  }
  return undefined;
}

function denialOf(key: string, value: unknown, isTop: boolean): string | undefined {
  const name = tidy(key);
  if (PROBLEM.test(key) && isSet(value)) return `"${name}" is set`;
  if (AGREEMENT.test(key) && (value === false || value === 0)) return `"${name}" is ${value}`;
  if (HTTP_STATUS.test(key) && Number(value) >= 400) return `"${name}" is an HTTP error`;
  if (typeof value !== "string" || value.length > LONGEST_WORD) return undefined;
  if (isTop && NO_RESULT.test(key)) return undefined; // those were judged, or are decoration
  const word = comparable(value);
  const state = word === "" ? undefined : stateOfWhole(word);
  return state === undefined || state === "passing" || state === "info"
    ? undefined
    : `"${name}" says "${word}"`;
}

/** Whether a value says that there is something: no empty list, no 0, no false. */
function isSet(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== false && value !== "" && value !== 0;
}
