import type { Claim } from "./claims.ts";
import { PLACES } from "./harmless.ts";
import type { Token } from "./tokens.ts";
import { stateOfWord, TIMES } from "./vocabulary.ts";

const LONG: ReadonlyArray<readonly [unit: RegExp, most: number]> = [
  [/^(?:hours?|h)$/u, 168],
  [/^(?:days?|d)$/u, 7],
  [/^(?:weeks?|months?)$/u, 0],
];
const HANGING =
  /^(?:in|at|on|from|for|with|without|after|and|of|as|an?|is|are|has|have|my|our|your|the)$/u;
const MONTH = /^(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)/u;

/**
 * What says of a "passing" that it is not of now, or that something is left open: a date with its year, an age of more
 * than a week, a time to come, a sentence that breaks off, a place without a result. No clock is asked.
 */
export function outOfTime(tokens: readonly Token[], claims: readonly Claim[]): string | undefined {
  const isOff = (token: Token, at: number) =>
    isDate(tokens, at) ||
    (!claims.some(({ count }) => count === token) &&
      (isLongAgo(tokens, at) || isNegative(tokens, at)));
  const last = tokens.at(-1);
  const off =
    tokens.find(isOff) ?? (last?.kind === "word" && HANGING.test(last.text) ? last : undefined);
  return off?.text ?? openPlace(tokens);
}

function isLongAgo(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  if (token?.kind === "word") return Number(/^(\d{1,9})d$/u.exec(token.text)?.[1] ?? 0) > 7;
  const unit = tokens[at + 1]?.text ?? "";
  if (token?.kind !== "number" || !TIMES.test(unit)) return false;
  const isAhead = tokens[at - 1]?.text === "in" && /^(?:days?|weeks?|months?)$/u.test(unit);
  return isAhead || LONG.some(([name, most]) => name.test(unit) && token.value > most);
}

/** "2024 01 01", "20 nov 2024", "01.01.2024"; a figure beside a year makes it one. */
function isDate(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  if (token?.kind === "word") return /^\d{1,2}\.\d{1,2}\.(?:19|20)\d\d$/u.test(token.text);
  if (token?.kind !== "number" || !/^(?:19|20)\d\d$/u.test(token.text)) return false;
  return [tokens[at - 1], tokens[at - 2], tokens[at + 1]].some(
    (other) =>
      other !== undefined &&
      (other.kind === "number" || other.kind === "fraction" || MONTH.test(other.text)),
  );
}

function isNegative(tokens: readonly Token[], at: number): boolean {
  return tokens[at]?.kind === "number" && tokens[at - 1]?.text === "-";
}

/** "main passing, dev": where one place has its result, one that stands alone has none. */
function openPlace(tokens: readonly Token[]): string | undefined {
  const clauses: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (/^[([{]/u.test(token.text)) depth += 1;
    else if (/^[)\]}]/u.test(token.text)) depth -= 1;
    else if (depth === 0 && /^[,;|]$/u.test(token.text)) clauses.push([]);
    else if (depth === 0) clauses.at(-1)?.push(token);
  }
  const first = clauses.findIndex((clause) => isPlace(clause[0]) && clause.some(isState));
  if (first < 0) return undefined;
  const open = clauses
    .slice(first + 1)
    .find((clause) => clause.length > 0 && clause.every(isPlace));
  return open?.[0]?.text;
}

const isPlace = (token: Token | undefined) => token?.kind === "word" && PLACES.has(token.text);
const isState = ({ kind, text }: Token) => kind === "word" && stateOfWord(text) !== undefined;
