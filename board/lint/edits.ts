import type { Range } from "../discover/pictures/picture.ts";

/** A stretch of a page and what to write in its place. */
export interface Edit {
  readonly range: Range;
  readonly text: string;
}

/** The page with all edits made. Of two that overlap, the first one is made; the same one twice counts once. */
export function applyEdits(page: string, edits: readonly Edit[]): string {
  const sorted = edits.toSorted((one, other) => one.range.start - other.range.start);
  let text = "";
  let done = 0;
  let previous: Edit | undefined;
  for (const edit of sorted) {
    if (edit.range.start < done || isSame(edit, previous)) continue;
    text += page.slice(done, edit.range.start) + edit.text;
    done = edit.range.end;
    previous = edit;
  }
  return text + page.slice(done);
}

function isSame(one: Edit, other: Edit | undefined): boolean {
  const { start, end } = one.range;
  return start === other?.range.start && end === other.range.end && one.text === other.text;
}
