import { CONFIDENCE, type Finding } from "../finding.ts";
import type { State } from "../state.ts";
import { type Claim, claimsOf } from "./claims.ts";
import { doubtAbout } from "./doubt.ts";
import { comparable, trimMarks } from "./normalize.ts";
import { type Token, tokensOf } from "./tokens.ts";
import { serviceTrouble, stateOfWhole, WEAK_PASSING } from "./vocabulary.ts";

/** The state that wins where a message claims several: the worst news first, passing last. */
const PRECEDENCE: readonly State[] = [
  "failing",
  "warning",
  "cancelled",
  "running",
  "unknown",
  "skipped",
  "passing",
];

const LONGEST_MESSAGE = 500; // characters: what is longer is no badge's message

/**
 * What a message says in words, or undefined where it has none that we know.
 * A word for failing beats every other; "passing" stands only if nothing takes it back: a negation,
 * a doubt ("was passing", "passing?"), a share below 100 %. `isGreen` lets words such as "done" count.
 */
export function judgeMessage(message: string, isGreen = false): Finding | undefined {
  if (message.length > LONGEST_MESSAGE) return undefined;
  const text = comparable(message);
  const bare = text.startsWith("!") ? text : trimMarks(text, ".! ");
  const whole = stateOfWhole(bare);
  if (whole !== undefined)
    return { state: whole, rule: theWords(bare), confidence: CONFIDENCE.certain };
  if (isGreen && WEAK_PASSING.has(bare)) {
    return {
      state: "passing",
      rule: `the word ${quote(bare)} on green`,
      confidence: CONFIDENCE.number,
    };
  }
  const tokens = tokensOf(text);
  const { claims, leftover } = claimsOf(tokens);
  const failures = claims.find((claim) => claim.state === "failing" && claim.amount === "counted");
  if (failures !== undefined && !failures.negated) return said("failing", failures);
  const trouble = serviceTrouble(text);
  if (trouble !== undefined) {
    return {
      state: "unknown",
      rule: `the service's answer ${quote(trouble)}`,
      confidence: CONFIDENCE.phrase,
    };
  }
  return conclude(withPhrases(text, claims), tokens, leftover);
}

function withPhrases(text: string, claims: readonly Claim[]): Claim[] {
  const claim = (state: State, words: string): Claim[] =>
    text.includes(words) ? [{ state, words, amount: "plain", negated: false }] : [];
  return [
    ...claims,
    ...claim("failing", "timed out"),
    ...claim("warning", "with issues"),
    ...claim("warning", "out of sync"),
    ...claim("warning", "outofsync"), // Argo CD's word, where nothing kept its capitals
    ...claim("running", "in progress"),
  ];
}

function conclude(
  claims: readonly Claim[],
  tokens: readonly Token[],
  leftover: boolean,
): Finding | undefined {
  const standing = claims.flatMap(standingClaim);
  const passes = standing.some((claim) => claim.state === "passing");
  const asserted = standing.filter(
    (claim) => !(passes && claim.state === "skipped" && claim.amount === "counted"),
  );
  for (const state of PRECEDENCE) {
    const claim = asserted.find((candidate) => candidate.state === state);
    if (claim === undefined) continue;
    return state === "passing" ? weighPassing(claim, claims, tokens, leftover) : said(state, claim);
  }
  return undefined;
}

/** What is left of a claim once its amount and negation are heard. */
function standingClaim(claim: Claim): Claim[] {
  if (claim.negated) {
    if (claim.state === "passing") return [{ ...claim, state: "failing" }];
    return [{ ...claim, state: "unknown" }];
  }
  if (claim.amount === "none") {
    if (claim.state === "failing") return [{ ...claim, state: "passing" }];
    return claim.state === "passing" ? [{ ...claim, state: "unknown" }] : [];
  }
  if (claim.amount === "some" && claim.state === "passing") return [{ ...claim, state: "failing" }];
  return [claim];
}

function weighPassing(
  claim: Claim,
  claims: readonly Claim[],
  tokens: readonly Token[],
  leftover: boolean,
): Finding {
  const isZero = claim.amount === "none";
  const share = tokens.find(
    (token) =>
      token.kind === "percent" && token.value !== 100 && !(isZero && token === claim.count),
  );
  if (share !== undefined) {
    return {
      state: "warning",
      rule: `${quote(claim.words)} for ${share.text} only`,
      confidence: CONFIDENCE.number,
    };
  }
  const doubt = doubtAbout(claim, claims, tokens) ?? (leftover ? "not" : undefined);
  if (doubt !== undefined) {
    return {
      state: "unknown",
      rule: `${quote(claim.words)} is in doubt beside ${quote(doubt)}`,
      confidence: CONFIDENCE.doubt,
    };
  }
  return said("passing", claim);
}

function said(state: State, claim: Claim): Finding {
  return { state, rule: theWords(claim.words), confidence: CONFIDENCE.phrase };
}

function theWords(words: string): string {
  return `the ${words.includes(" ") ? "words" : "word"} ${quote(words)}`;
}

function quote(words: string): string {
  return `"${words}"`;
}
