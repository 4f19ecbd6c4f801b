import type { Claim } from "./claims.ts";
import { isHarmless } from "./harmless.ts";
import { outOfTime } from "./out-of-time.ts";
import type { Token } from "./tokens.ts";
import { DOUBT, stateOfWord, TIMES } from "./vocabulary.ts";

const TOTALS = /^(?:total|tests?|checks?|jobs?|specs?|suites?|cases?|files?|assertions?|of|\/)$/u;
const SEVERITIES = /^(?:blocker|critical|high|major|medium|moderate|low|minor|info)$/u;

/**
 * The first thing in a message that takes a "passing" back, or undefined where it stands. Beside a "passing"
 * only words and marks that are known to be harmless may stand: what is not understood may say anything.
 */
export function doubtAbout(
  passing: Claim,
  claims: readonly Claim[],
  tokens: readonly Token[],
): string | undefined {
  const word = tokens.find((token) => token.kind === "word" && DOUBT.has(token.text));
  const partial = tokens.find((token) => isPartial(token) && !isCountOf(passing, token));
  return (
    word?.text ??
    partial?.text ??
    tokens.find((token, at) => isUnfamiliar(token, tokens, at))?.text ??
    tokens.find((token, at) => isNothing(token, at, tokens, claims))?.text ??
    unexplainedNumber(passing, claims, tokens)?.text ??
    outOfTime(tokens, claims)
  );
}

const isPartial = (token: Token) => token.kind === "fraction" && token.part !== token.whole;

/** What is not understood: "nicht", "unable to", "🔥". */
function isUnfamiliar(token: Token, tokens: readonly Token[], at: number): boolean {
  if (token.kind !== "word" && token.kind !== "break") return false;
  if (token.kind === "word" && stateOfWord(token.text) !== undefined) return false;
  return !isHarmless(token) && !isBeside(tokens, at, TIMES, /^[0.]+$/u);
}

/** "0 tests, 0 failures" and "0/0 failed": where nothing ran, nothing passed. */
function isNothing(
  token: Token,
  at: number,
  tokens: readonly Token[],
  claims: readonly Claim[],
): boolean {
  if (token.kind === "fraction") return token.whole === 0;
  if (token.kind !== "number" || token.value !== 0) return false;
  const isCounted = claims.some((claim) => isCountOf(claim, token));
  return !isCounted && !isBeside(tokens, at, TIMES) && !SEVERITIES.test(tokens[at + 1]?.text ?? "");
}

/**
 * A number that no word accounts for: in "3 passed, 5 total" two did something else, and in "0 critical, 3 high" the
 * three are not nothing. A duration and, beside a zero, a total say nothing against a pass.
 */
function unexplainedNumber(
  passing: Claim,
  claims: readonly Claim[],
  tokens: readonly Token[],
): Token | undefined {
  if (passing.amount === "plain") return undefined;
  const accounted = claims.reduce((sum, claim) => sum + amountCounted(claim.count), 0);
  return tokens.find((token, at) => {
    if (token.kind !== "number" || token.value === 0) return false;
    if (claims.some((claim) => isCountOf(claim, token)) || isBeside(tokens, at, TIMES))
      return false;
    return passing.amount === "none" ? !isBeside(tokens, at, TOTALS) : token.value > accounted;
  });
}

function amountCounted(count: Token | undefined): number {
  if (count?.kind === "number") return count.value;
  return count?.kind === "fraction" ? count.whole : 0;
}

const isCountOf = (claim: Claim, token: Token) => claim.count === token;

/** Whether one of `words` stands next to a token, which may itself have to be `own`. */
function isBeside(tokens: readonly Token[], at: number, words: RegExp, own = /^/u): boolean {
  if (!own.test(tokens[at]?.text ?? "")) return false;
  return [tokens[at - 1], tokens[at + 1]].some((token) => words.test(token?.text ?? ""));
}
