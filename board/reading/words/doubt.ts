import type { Claim } from "./claims.ts";
import type { Token } from "./tokens.ts";
import { DOUBT } from "./vocabulary.ts";

const TOTALS = /^(?:total|tests?|checks?|jobs?|specs?|suites?|cases?|files?|assertions?|of|\/)$/u;
const TIMES = /^(?:ms|s|secs?|seconds?|mins?|minutes?|h|hours?|days?|weeks?|months?|ago)$/u;

/** The first thing in a message that takes a "passing" back, or undefined where it stands. */
export function doubtAbout(
  passing: Claim,
  claims: readonly Claim[],
  tokens: readonly Token[],
): string | undefined {
  const word = tokens.find((token) => token.kind === "word" && DOUBT.has(token.text));
  const partial = tokens.find(
    (token) =>
      token.kind === "fraction" && token.part !== token.whole && !isCountOf(passing, token),
  );
  return word?.text ?? partial?.text ?? unexplainedNumber(passing, claims, tokens)?.text;
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

function isBeside(tokens: readonly Token[], at: number, words: RegExp): boolean {
  return [tokens[at - 1], tokens[at + 1]].some((token) => words.test(token?.text ?? ""));
}
