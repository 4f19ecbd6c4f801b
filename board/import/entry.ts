import type { Literal } from "./literals.ts";
import type { Notes } from "./notes.ts";

/** Reads the fields of one entry of the list, and notes those that are wrong or that nobody asked for. */
export class Entry {
  readonly line: number;
  readonly #fields: ReadonlyMap<string, Literal>;
  readonly #notes: Notes;
  readonly #taken = new Set<string>();

  constructor(line: number, fields: ReadonlyMap<string, Literal>, notes: Notes) {
    this.line = line;
    this.#fields = fields;
    this.#notes = notes;
  }

  /** A text in one line, or undefined where there is none. */
  text(name: string): string | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (value.kind === "plain" && value.value !== null) {
      const text = String(value.value).replace(/\s+/gu, " ").trim();
      return text === "" ? undefined : text;
    }
    this.#notes.add(
      value.line,
      `${name} is left out, because it is no text that stands in the file`,
    );
    return undefined;
  }

  /** An http(s) address; any other one is noted. */
  address(name: string): string | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const url = URL.parse(text);
    const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
    if (url !== null && isWeb && url.username === "" && url.password === "") return text;
    this.note(name, `${name} is left out, because it is no http(s) address without a password`);
    return undefined;
  }

  /** The x and y of a field, or 1 and 1. */
  pair(name: string): { readonly x: number; readonly y: number } {
    const value = this.#take(name);
    const at = (axis: string) => {
      const number = value?.kind === "object" ? value.fields.get(axis) : undefined;
      return number?.kind === "plain" && typeof number.value === "number" ? number.value : 1;
    };
    return { x: at("x"), y: at("y") };
  }

  /** Marks a field as one that has no place in our configuration. */
  leaveOut(name: string, reason: string): void {
    if (this.#take(name) !== undefined) this.note(name, `${name} is left out: ${reason}`);
  }

  note(name: string, sentence: string): void {
    this.#notes.add(this.#fields.get(name)?.line ?? this.line, sentence);
  }

  /** Notes every field that was not asked for. */
  noteOthers(): void {
    for (const name of this.#fields.keys()) {
      if (!this.#taken.has(name)) this.note(name, `${name} is left out, because it is not known`);
    }
  }

  #take(name: string): Literal | undefined {
    this.#taken.add(name);
    return this.#fields.get(name);
  }
}
