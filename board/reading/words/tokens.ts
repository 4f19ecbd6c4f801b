import { trimMarks } from "./normalize.ts";

/** A piece of a message. A `break` parts clauses: what stands before it does not bear on what follows. */
export type Token =
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "number"; readonly value: number; readonly text: string }
  | { readonly kind: "percent"; readonly value: number; readonly text: string }
  | {
      readonly kind: "fraction";
      readonly part: number;
      readonly whole: number;
      readonly text: string;
    }
  | { readonly kind: "break"; readonly text: string };

/** A "!" counts where it may deny ("!= ok", "!passing"), not where it ends a sentence. */
const PIECE = /[\p{L}\p{N}\p{M}'.]+%?|^!|!(?=\s?=|\p{L})|[^\s=!"]/gu;

/** Splits comparable text into tokens, in one pass. `3/120`, `3 of 120` and `3 out of 120` are fractions. */
export function tokensOf(comparableText: string): Token[] {
  const tokens: Token[] = [];
  for (const [piece] of comparableText.matchAll(PIECE)) {
    tokens.push(tokenOf(piece));
    joinFraction(tokens);
  }
  return tokens;
}

function tokenOf(piece: string): Token {
  const text = trimMarks(piece, ".'");
  if (text === "") return { kind: "break", text: piece };
  // A zero written "000" or "0.0" is part of something else (a split "1 000"), not a count.
  if (text === "0" || (/^\d{1,9}(?:\.\d{1,9})?$/u.test(text) && Number(text) > 0)) {
    return { kind: "number", value: Number(text), text };
  }
  if (/^\d{1,9}(?:\.\d{1,9})?%$/u.test(text)) {
    return { kind: "percent", value: Number.parseFloat(text), text };
  }
  if (text === "?" || /[\p{L}\p{N}]/u.test(text)) return { kind: "word", text };
  return { kind: "break", text };
}

function joinFraction(tokens: Token[]): void {
  const whole = tokens.at(-1);
  if (whole?.kind !== "number") return;
  const isOutOf = isWord(tokens.at(-2), "of") && isWord(tokens.at(-3), "out");
  const part = tokens.at(isOutOf ? -4 : -3);
  const middle = tokens.at(-2);
  if (part?.kind !== "number" || !(isOutOf || isWord(middle, "of") || middle?.text === "/")) return;
  tokens.splice(isOutOf ? -4 : -3);
  const text = `${part.text}/${whole.text}`;
  tokens.push({ kind: "fraction", part: part.value, whole: whole.value, text });
}

function isWord(token: Token | undefined, text: string): boolean {
  return token?.kind === "word" && token.text === text;
}
