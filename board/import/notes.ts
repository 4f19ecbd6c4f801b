/** What could not be taken over, gathered with its lines; the same sentence about several lines is said once. */
export class Notes {
  readonly #lines = new Map<string, number[]>();

  add(line: number, sentence: string): void {
    this.#lines.set(sentence, [...(this.#lines.get(sentence) ?? []), line]);
  }

  /** In the order of the first line that each is about. */
  sentences(): string[] {
    const entries = [...this.#lines].toSorted(([, [one = 0]], [, [other = 0]]) => one - other);
    return entries.map(([sentence, lines]) => `${namesOf(lines)}: ${sentence}`);
  }
}

function namesOf(lines: readonly number[]): string {
  const unique = [...new Set(lines)];
  return unique.length === 1 ? `line ${unique[0]}` : `lines ${unique.join(", ")}`;
}
