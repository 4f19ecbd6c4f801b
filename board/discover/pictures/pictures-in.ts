import { partsOfHtml } from "./html.ts";
import { picturesInMarkdown } from "./markdown.ts";
import type { Picture } from "./picture.ts";
import { picturesInRst } from "./rst.ts";

/** Longer pages are not read: a README of GitHub's is cut at this size as well. */
export const LONGEST_PAGE_BYTES = 512 * 1024;

/** The pictures of a page from top to bottom; how it is read follows from the end of its name, and is Markdown otherwise. */
export function picturesIn(page: string, name: string): Picture[] {
  if (/\.rst$/iu.test(name)) return picturesInRst(page);
  if (/\.html?$/iu.test(name)) return partsOfHtml(page).pictures;
  return picturesInMarkdown(page);
}
