/** Query parameters whose values are names that a reader of the recording needs, and no secrets. */
const PLAIN = new Set(["branch", "event", "style", "per_page", "page", "exclude_pull_requests"]);
const SHORTEST_SECRET = 12; // characters; what is shorter may be a word that stands elsewhere for good reasons

/** Takes what may be secret out of addresses and texts. The same value always becomes the same mark. */
export class Redactor {
  readonly #marks = new Map<string, string>();
  readonly #secrets: Set<string>;

  constructor(secrets: readonly string[]) {
    this.#secrets = new Set(secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]));
  }

  /** An address without user, password and fragment, and with marks in the place of the query's values. Its path stays. */
  address(address: string): string {
    const url = URL.parse(address);
    if (url === null) return "";
    url.username = "";
    url.password = "";
    url.hash = "";
    for (const [name, value] of [...url.searchParams]) {
      if (PLAIN.has(name) && !this.#secrets.has(value)) continue;
      url.searchParams.set(name, this.#markOf(value));
    }
    return this.text(url.href);
  }

  /** A text without the tokens of the environment, and without long values of queries. */
  text(text: string): string {
    let redacted = text;
    for (const secret of this.#secrets) redacted = redacted.replaceAll(secret, "***");
    return redacted;
  }

  #markOf(value: string): string {
    const known = this.#marks.get(value);
    if (known !== undefined) return known;
    const mark = `r${this.#marks.size + 1}`;
    this.#marks.set(value, mark);
    if (value.length >= SHORTEST_SECRET) this.#secrets.add(value);
    return mark;
  }
}
