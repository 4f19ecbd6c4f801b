import type { State } from "../state.ts";
import type { Token } from "./tokens.ts";
import { COUNTED, stateOfWord, TIMES } from "./vocabulary.ts";

/**
 * What one state word of a message claims. `amount` is "none" for a zero or a "no" before it,
 * "some" for a part of a whole ("118/120"), "counted" for a number, otherwise "plain".
 */
export interface Claim {
  readonly state: State;
  readonly words: string;
  readonly amount: "plain" | "counted" | "some" | "none";
  readonly negated: boolean;
  /** The number that the word counts. */
  readonly count?: Token;
}

/** Words that turn round what follows ("not passing"). */
const NOT = new Set("not never cannot non isnt didnt wont".split(" "));
/** Words that say there is none of what follows ("no failures"). */
const NO = new Set(["no", "zero", "without", "nothing", "nobody"]);
const NEGATION_REACH = 6; // words: "not all of the 12 tests passed"

/** Finds every claim in a message, in order; `leftover` says that a negation met nothing we know. */
export function claimsOf(tokens: readonly Token[]): { claims: Claim[]; leftover: boolean } {
  const claims: Claim[] = [];
  const wordFirst = stateWordComesFirst(tokens);
  let leftover = false;
  tokens.forEach((token, index) => {
    if (token.kind !== "word") return;
    const state = stateOfWord(token.text);
    if (state !== undefined) claims.push(claimAt(tokens, index, state, wordFirst));
    else if (isNegation(token.text) && !reachesState(tokens, index)) leftover = true;
  });
  return { claims, leftover };
}

function claimAt(tokens: readonly Token[], index: number, state: State, wordFirst: boolean): Claim {
  const word = tokens[index]?.text ?? "";
  const negation = negationBefore(tokens, index);
  if (negation !== undefined && (!negation.isZero || state === "passing" || negation.isClose)) {
    const words = `${negation.word} ${word}`;
    const isNone = negation.isZero && negation.isClose;
    return { state, words, amount: isNone ? "none" : "plain", negated: !isNone };
  }
  if (isFreeOf(tokens, index)) {
    return { state, words: `${word} free`, amount: "none", negated: false };
  }
  const count = wordFirst
    ? countAround(tokens, index)
    : (countBefore(tokens, index) ?? countAfterColon(tokens, index));
  const words = count === undefined ? word : `${count.text} ${word}`;
  const amount = amountOf(count);
  return { state, words, amount, negated: false, ...(count === undefined ? {} : { count }) };
}

/** "error-free", at the end of a clause; not "failed: free space check". */
function isFreeOf(tokens: readonly Token[], index: number): boolean {
  const after = tokens[index + 2];
  return (
    /^(?:error|failure|crash|vulnerability)$/u.test(tokens[index]?.text ?? "") &&
    isWordAt(tokens, index + 1, "free") &&
    (after === undefined || after.kind === "break")
  );
}

function amountOf(count: Token | undefined): Claim["amount"] {
  if (count === undefined) return "plain";
  if (count.kind === "fraction") {
    if (count.part === 0) return "none";
    return count.part === count.whole ? "counted" : "some";
  }
  if (count.kind === "number" || count.kind === "percent")
    return count.value === 0 ? "none" : "counted";
  return "none"; // the word "none" after a state word
}

/** The number that a state word counts, with only nouns like "tests" between the two. */
function countBefore(tokens: readonly Token[], index: number): Token | undefined {
  let at = index - 1;
  while (isNoun(tokens[at]) || isGrade(tokens[at])) at -= 1;
  const count = tokens[at];
  if (count === undefined || !isCount(count)) return undefined;
  return isZero(count) && !beginsClause(tokens, at) ? undefined : count;
}

/** "failed: 0", and in the same message "with 0 errors". */
function countAround(tokens: readonly Token[], index: number): Token | undefined {
  const after = countAfter(tokens, index);
  if (after !== undefined) return after;
  const before = tokens[index - 1];
  return before !== undefined && isCount(before) && startsAfresh(tokens, index - 1)
    ? before
    : undefined;
}

/** "tests: 12, failures: 0", where a number came before the first word for a state. */
function countAfterColon(tokens: readonly Token[], index: number): Token | undefined {
  return tokens[index + 1]?.text === ":" ? countAfter(tokens, index) : undefined;
}

function countAfter(tokens: readonly Token[], index: number): Token | undefined {
  const at = tokens[index + 1]?.text === ":" ? index + 2 : index + 1;
  const next = tokens[at];
  if (next === undefined) return undefined;
  if (isWordAt(tokens, at, "none")) return next;
  const after = tokens[at + 1];
  if (after !== undefined && TIMES.test(after.text) && !isZero(next)) return undefined; // "passed 2 days ago"
  const endsClause = after === undefined || after.kind === "break" || stateOf(after) !== undefined;
  if (!isCount(next)) return undefined;
  if (!isZero(next)) return next;
  const isTally = at === index + 2 || tokens.filter(isCount).length > 1; // "failed: 0", not "error 0"
  return endsClause && isTally ? next : undefined;
}

/** A zero is believed only where a clause begins: "build 0 failed" is a failed build. */
function beginsClause(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  return startsAfresh(tokens, index) || (before !== undefined && stateOf(before) !== undefined);
}

function startsAfresh(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  if (before === undefined || before.kind === "break") return true;
  return before.kind === "word" && /^(?:and|with|but)$/u.test(before.text);
}

interface Negation {
  readonly word: string;
  /** "no" and its kind, which say zero where only nouns follow: "no known failures", "no longer passing". */
  readonly isZero: boolean;
  readonly isClose: boolean;
}

function negationBefore(tokens: readonly Token[], index: number): Negation | undefined {
  let isClose = true;
  for (let at = index - 1; at >= 0 && at >= index - NEGATION_REACH; at -= 1) {
    const token = tokens[at];
    if (token === undefined || token.kind === "break") return undefined;
    if (stateOf(token) !== undefined && !isGrade(token)) return undefined;
    if (token.kind === "word" && isNegation(token.text)) {
      return { word: token.text, isZero: NO.has(token.text), isClose };
    }
    isClose &&= isNoun(token) || isGrade(token);
  }
  return undefined;
}

function reachesState(tokens: readonly Token[], index: number): boolean {
  for (let at = index + 1; at <= index + NEGATION_REACH; at += 1) {
    const token = tokens[at];
    if (token === undefined || token.kind === "break") return false;
    if (stateOf(token) !== undefined) return true;
  }
  return false;
}

function stateWordComesFirst(tokens: readonly Token[]): boolean {
  const first = tokens.find((token) => isCount(token) || stateOf(token) !== undefined);
  return first !== undefined && !isCount(first);
}

const isNegation = (word: string) => NOT.has(word) || NO.has(word) || word.endsWith("n't");
const isCount = (token: Token) =>
  token.kind === "number" || token.kind === "percent" || token.kind === "fraction";
const isZero = (token: Token) =>
  token.kind === "fraction"
    ? token.part === 0
    : (token.kind === "number" || token.kind === "percent") && token.value === 0;
const isNoun = (token: Token | undefined) => token?.kind === "word" && COUNTED.has(token.text);
/** Words that say how bad a failure is: "no critical errors" denies both. */
const isGrade = (token: Token | undefined) => token?.text === "critical" || token?.text === "fatal";
const stateOf = (token: Token) => (token.kind === "word" ? stateOfWord(token.text) : undefined);
const isWordAt = (tokens: readonly Token[], index: number, text: string) => {
  const token = tokens[index];
  return token?.kind === "word" && token.text === text;
};
