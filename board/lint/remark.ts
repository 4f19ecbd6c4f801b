import { escapedForHtml, type Picture, type Written } from "../discover/pictures/picture.ts";
import type { Edit } from "./edits.ts";

/** What a rule found in a picture; `edits` mend it. */
export interface Remark {
  readonly rule: string;
  readonly message: string;
  readonly at: number;
  readonly edits: readonly Edit[];
}

/** The edit that writes another address, if it is another one and its place is known. */
export function replacing(place: Written, address: string, form: Picture["form"]): Edit[] {
  if (place.range === undefined || address === place.address) return [];
  const isEscaped = place.isEscaped || (form === "html" && !place.address.includes("&"));
  const text = isEscaped ? escapedForHtml(address) : address;
  return [{ range: place.range, text: form === "markdown" ? plain(text) : text }];
}

/** An address without what would end it in Markdown. */
export const plain = (address: string) =>
  address.replaceAll(
    /[()\s<>]/gu,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
