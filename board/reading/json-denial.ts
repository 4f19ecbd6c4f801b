import type { State } from "./state.ts";
import { judgeWords } from "./words/judge-words.ts";
import { comparable, tidy } from "./words/normalize.ts";
import { stateOfWord } from "./words/vocabulary.ts";

/** Keys at the top whose values name or paint, or were judged already. */
const OF_TOP = /^(?:message|color|labelColor|colour|style|logo\w*|namedLogo|isError)$/u;
/** Last words of keys whose values are names and addresses, wherever they stand. */
const NAME = /^(?:name|label|slug|login|ref|branch|sha|id|url|uri|href|path)$/u;
const AGREEMENT =
  /^(?:ok|success|successful|succeeded|healthy|passed|passing|up|ready|valid|alive)$/u;
/** Words of keys that deny where they are set, beside those that are a state in a message. */
const DENYING: Readonly<Record<string, State>> = {
  fault: "failing",
  problem: "failing",
  down: "failing",
  offline: "failing",
  dead: "failing",
  stale: "unknown",
  missing: "unknown",
  incomplete: "unknown",
  retrying: "running",
  progress: "running",
};
const NEGATION = /^(?:not|no|non|never|isnt|without)$/u;
const RESULT_CODE = /^(?:exit|return) ?(?:code|status)$/u;
const HTTP_STATUS = /^(?:http ?)?(?:status|code|status ?code)$/u;
/** What has to be more than none: "tests", "totalTests", "total_count". */
const RAN = /^(?:tests?|checks?|jobs?|specs?|suites?|cases?|builds?|runs?|assertions?|total)$/u;
const COUNTING = /^(?:num|number|count|of|all)$/u;
const TIME = /^(?:at|on|time|timestamp|date)$/u;
const NO = /^(?:0|no|none|null|false|off|n)$/iu;
const YES = /^(?:true|yes|y|on|[1-9]\d{0,8})$/iu;
const LONGEST_KEY = 100; // characters

interface Open {
  readonly value: object;
  /** Its words are a person's, about what was changed. */
  readonly isCommit: boolean;
}

/**
 * What in a JSON object takes its "passing" back, at any depth: a flag, a count of failures, an HTTP error, words that
 * say another state. Undefined where nothing does. Work is linear in the size of the object.
 */
export function denialIn(fields: object): string | undefined {
  const open: Open[] = [{ value: fields, isCommit: false }];
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    const { value: object, isCommit } = each;
    for (const [key, value] of Object.entries(object)) {
      const words = key.length > LONGEST_KEY ? [] : comparable(key).split(" ");
      const isName =
        (object === fields && OF_TOP.test(key)) ||
        NAME.test(words.at(-1) ?? "") ||
        words.includes("commit") ||
        (isCommit && /^(?:message|title|body)$/u.test(key));
      const denial =
        byKey(words, value) ?? (isName || isNoneOf(words, value) ? undefined : byWords(value));
      if (denial !== undefined) return `"${tidy(key)}" ${denial}`;
      if (typeof value === "object" && value !== null)
        open.push({ value, isCommit: words.at(-1) === "commit" });
    }
  }
  return undefined;
}

function byKey(words: readonly string[], value: unknown): string | undefined {
  const key = words.join(" ");
  if (HTTP_STATUS.test(key) && Number(value) >= 400) return "is an HTTP error";
  if (RESULT_CODE.test(key) && isSet(value)) return "is set";
  if (isNone(value) && words.some(isRan) && words.every((word) => isRan(word) || isCounting(word)))
    return "is none";
  const agrees = words.some((word) => AGREEMENT.test(word));
  const states = words.flatMap((word) => denyingState(word) ?? []);
  if (words.some((word) => NEGATION.test(word)) && (agrees || states.length > 0))
    return isAbsent(value) ? undefined : "is a denial";
  if (agrees && isRefused(words, value)) return `is ${tidy(JSON.stringify(value)).slice(0, 50)}`;
  return states.some((state) => isClaimed(state, words, value)) ? "is set" : undefined;
}

const isRan = (word: string) => RAN.test(word);
const isCounting = (word: string) => COUNTING.test(word);

function denyingState(word: string): State | undefined {
  const state = Object.hasOwn(DENYING, word) ? DENYING[word] : stateOfWord(word);
  return state === "passing" || word === "null" ? undefined : state;
}

/** Whether a value makes true what its key says; "started_at" is a time, "skipped" counts, and "timeout" is a setting. */
function isClaimed(state: State, words: readonly string[], value: unknown): boolean {
  if (value === true) return true;
  if (words.includes("timeout")) return typeof value === "string" && /^(?:true|yes)$/iu.test(value);
  if (state === "failing" || state === "cancelled") return isSet(value);
  if (state === "skipped" || TIME.test(words.at(-1) ?? "")) return false;
  return typeof value === "number" ? value > 0 : typeof value === "string" && YES.test(value);
}

/** "failures": "none" */
const isNoneOf = (words: readonly string[], value: unknown) =>
  typeof value === "string" && NO.test(value.trim()) && words.some(denyingState);

function isRefused(words: readonly string[], value: unknown): boolean {
  if (value === false || value === 0) return true;
  if (words.length === 1 && value === null) return true;
  if (typeof value !== "string") return false;
  if (NO.test(value.trim())) return true;
  if (words.length > 1 || value === "" || YES.test(value.trim())) return false;
  return !isGood(judgeWords("", tidy(value))?.state);
}

function byWords(value: unknown): string | undefined {
  if (typeof value !== "string" || /^(?:\d*|https?:.*)$/u.test(value)) return undefined;
  const said = judgeWords("", tidy(value));
  return said === undefined || isGood(said.state) ? undefined : `says ${said.rule}`;
}

const isGood = (state: State | undefined) => state === "passing" || state === "info";
const isAbsent = (value: unknown) => value === undefined || value === null || value === "";
const isNone = (value: unknown) => value === 0 || value === "0";

/** Whether a value says that there is something: no empty list, no 0, no false. */
function isSet(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  if (typeof value === "string") return value !== "" && !NO.test(value.trim());
  return value !== undefined && value !== null && value !== false && value !== 0;
}
