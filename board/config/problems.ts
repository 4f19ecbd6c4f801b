import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node } from "yaml";
import { ExplainedError } from "../explained-error.ts";

/** Keys and positions that lead from the top of a configuration to one of its values. */
export type Path = ReadonlyArray<string | number>;

/** What is wrong, or doubtful, in one place of a configuration. `text` is a sentence without its subject's line. */
export interface Problem {
  readonly line: number;
  readonly text: string;
}

/** The configuration cannot be used; the message lists every problem with its line. */
export class ConfigError extends ExplainedError {
  override readonly name = "ConfigError";
  override readonly exitCode = 2;

  static of(path: string, problems: readonly Problem[]): ConfigError {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    return new ConfigError(`${count} in ${path}:\n${listOf(problems)}`);
  }
}

const MOST_SHOWN = 50;

/** Problems as lines of text, by their place in the file; beyond 50 only their number is given. */
export function listOf(problems: readonly Problem[]): string {
  const sorted = problems.toSorted((one, other) => one.line - other.line);
  const lines = sorted.slice(0, MOST_SHOWN).map(({ line, text }) => `  line ${line}: ${text}`);
  const rest = problems.length - lines.length;
  return [...lines, ...(rest > 0 ? [`  and ${rest} more`] : [])].join("\n");
}

/** "groups[0].badges[1].label" */
export function pathText(path: Path): string {
  const text = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
  return text === "" ? "the file" : text.replace(/^\./u, "");
}

/** Finds the lines of a configuration's values. */
export class Places {
  readonly #document: Document;
  readonly #lines: LineCounter;

  constructor(document: Document, lines: LineCounter) {
    this.#document = document;
    this.#lines = lines;
  }

  /** The line of a value, or of the nearest thing around it that is there. */
  lineOf(path: Path): number {
    let node = this.#document.contents as Node | null; // what the parser makes is made of nodes
    let offset = node?.range?.[0] ?? 0;
    for (const step of path) {
      node = childOf(isAlias(node) ? (node.resolve(this.#document) ?? null) : node, step);
      if (node === null) break;
      offset = node.range?.[0] ?? offset;
    }
    return this.lineAt(offset);
  }

  /** The line of a key in a mapping. */
  lineOfKey(path: Path, key: string): number {
    const map = this.#document.getIn(path, true);
    const pair = isMap<Node>(map)
      ? map.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
      : undefined;
    return pair?.key.range ? this.lineAt(pair.key.range[0]) : this.lineOf(path);
  }

  lineAt(offset: number): number {
    return Math.max(1, this.#lines.linePos(offset).line);
  }
}

function childOf(node: Node | null, step: string | number): Node | null {
  if (isSeq<Node>(node) && typeof step === "number") return node.items[step] ?? null;
  return isMap<Node>(node) ? ((node.get(String(step), true) as Node | undefined) ?? null) : null;
}

const LONGEST_SHOWN = 80; // characters

/** A value as messages show it. User names, passwords and queries of addresses may be secrets and are left out. */
export function shown(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "empty";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return "a mapping";
  if (typeof value !== "string") return String(value).slice(0, LONGEST_SHOWN);
  const open = value.replace(/\/\/[^/?#]*@/gu, "//***@").replace(/\?.*$/su, "?***");
  const text = JSON.stringify(open);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
