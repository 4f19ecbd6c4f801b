import { applyEdits, type Edit } from "./edits.ts";

/** A line of a page, as it is and with the edits that fall into it. */
export interface Line {
  /** Counted from 1. */
  readonly number: number;
  /** Offset of its first character. */
  readonly start: number;
  readonly text: string;
  readonly mended: string;
}

/** Finds the lines of a page; an edit that goes over more than one is left out of them. */
export class Lines {
  readonly #page: string;
  readonly #starts: readonly number[];
  readonly #edits: ReadonlyMap<number, readonly Edit[]>;

  constructor(page: string, edits: readonly Edit[]) {
    this.#page = page;
    this.#starts = [0, ...[...page.matchAll(/\n/gu)].map(({ index }) => index + 1)];
    this.#edits = Map.groupBy(edits, ({ range }) => this.#indexOf(range.start));
  }

  /** The line of an offset. */
  at(offset: number): Line {
    const index = this.#indexOf(offset);
    const start = this.#starts[index] ?? 0;
    const end = (this.#starts[index + 1] ?? this.#page.length + 1) - 1;
    const text = this.#page.slice(start, end).replace(/\r$/u, "");
    const edits = (this.#edits.get(index) ?? [])
      .filter(({ range }) => range.end <= end)
      .map(({ range, text: better }) => {
        return { range: { start: range.start - start, end: range.end - start }, text: better };
      });
    return { number: index + 1, start, text, mended: applyEdits(text, edits) };
  }

  #indexOf(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
