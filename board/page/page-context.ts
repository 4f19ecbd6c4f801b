import { createHash } from "node:crypto";
import type { Texts } from "../languages/texts.ts";
import { type MomentOf, momentWriter } from "./times.ts";

/** What every part of a page is written with: a language, and a way to write times. */
export interface PageContext {
  readonly texts: Texts;
  readonly momentOf: MomentOf;
}

export function pageContext(texts: Texts, timeZone: string): PageContext {
  return { texts, momentOf: momentWriter(texts.language, timeZone) };
}

const LENGTH = 5; // characters of 6 bits: only a part's own old and new content are ever compared

/** A mark that changes with the content: the page's script swaps what has another one. */
export function versionOf(content: unknown): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("base64url").slice(0, LENGTH);
}

/** The address if a browser may follow it: http or https, nothing that runs. */
export function webAddress(address: string | undefined): string | undefined {
  return address !== undefined && /^https?:\/\//iu.test(address) ? address : undefined;
}
