/** Text that stays within a number of bytes. */
export class Budget {
  text = "";
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  add(part: string): void {
    this.text += part;
    this.#left -= Buffer.byteLength(part);
  }

  /** Adds as many of the parts as fit, and a line on the others. */
  addAll(parts: readonly string[], what: string): void {
    const reserve = 2000; // for that line and the footer
    for (const [index, part] of parts.entries()) {
      if (Buffer.byteLength(part) > this.#left - reserve) {
        this.add(
          `\n${parts.length - index} more ${what} are left out here; results.json has all.\n`,
        );
        return;
      }
      this.add(part);
    }
  }
}
