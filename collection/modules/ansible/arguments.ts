/** A module's arguments do not fit; `problems` has a sentence for each. */
export class ArgumentError extends Error {
  override readonly name = "ArgumentError";

  constructor(problems: readonly string[]) {
    super(problems.join(" "));
  }
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a module's arguments by type and collects every problem, because Ansible checks nothing for a module that is not
 * Python. An argument that is null counts as absent, as in Ansible.
 */
export class ArgumentReader {
  readonly #fields: Fields;
  readonly #read = new Set<string>();
  readonly #problems: string[] = [];

  constructor(fields: Fields) {
    this.#fields = fields;
  }

  number(name: string, range: { minimum: number; maximum: number; whole?: boolean }) {
    const { minimum, maximum, whole = true } = range;
    const expected = `${whole ? "a whole number" : "a number"} from ${minimum} to ${maximum}`;
    return this.#value(name, expected, (value): value is number => {
      if (typeof value !== "number" || (whole && !Number.isInteger(value))) return false;
      return value >= minimum && value <= maximum;
    });
  }

  boolean(name: string): boolean | undefined {
    return this.#value(name, "true or false", (value) => typeof value === "boolean");
  }

  text(name: string): string | undefined {
    return this.#value(name, "a text that is not empty", isText);
  }

  /** A list whose items all pass `isItem`; `expected` says what such an item is. */
  list<T>(name: string, expected: string, isItem: (item: unknown) => item is T): T[] | undefined {
    const isList = (value: unknown): value is T[] => Array.isArray(value) && value.every(isItem);
    return this.#value(name, `a list, each item ${expected}`, isList);
  }

  /** One of some words. */
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const isChoice = (value: unknown): value is T => choices.some((choice) => choice === value);
    return this.#value(name, choices.join(" or "), isChoice);
  }

  /** Anything that passes `isValid`; `expected` says what that is. */
  value<T>(name: string, expected: string, isValid: (value: unknown) => value is T): T | undefined {
    return this.#value(name, expected, isValid);
  }

  required<T>(name: string, value: T | undefined): T {
    if (value === undefined && this.#isAbsent(name)) this.#problems.push(`${name} is required.`);
    // Where it is undefined there is a problem, and check() throws before anyone sees the value.
    return value as T;
  }

  /** @throws ArgumentError if anything that was read, or that nobody asked for, is wrong. */
  check(): void {
    const unknown = Object.keys(this.#fields).filter(
      (name) => !name.startsWith("_ansible_") && !this.#read.has(name),
    );
    const known = [...this.#read].join(", ");
    this.#problems.push(
      ...unknown.map((name) => `${name} is not an argument of this module; it takes ${known}.`),
    );
    if (this.#problems.length > 0) throw new ArgumentError(this.#problems);
  }

  #isAbsent(name: string): boolean {
    return this.#fields[name] === undefined || this.#fields[name] === null;
  }

  #value<T>(
    name: string,
    expected: string,
    isValid: (value: unknown) => value is T,
  ): T | undefined {
    this.#read.add(name);
    const value = this.#fields[name];
    if (this.#isAbsent(name)) return undefined;
    if (isValid(value)) return value;
    this.#problems.push(`${name} is ${JSON.stringify(value).slice(0, 80)}; expected ${expected}.`);
    return undefined;
  }
}

export function isText(value: unknown): value is string {
  return typeof value === "string" && value.length > 0;
}
