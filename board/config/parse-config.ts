import { dirname, resolve } from "node:path";
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { type BadgeConfig, type BoardConfig, DEFAULTS, type GroupConfig } from "./config.ts";

/** The configuration cannot be used; the message lists every problem with its line. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const MOST_BADGES = 1000;

/**
 * Reads a board's configuration from YAML. `path` names the file in messages, and results files are taken
 * relative to it. Throws ConfigError with all problems at once, each with its line and its path.
 */
export function parseConfig(yaml: string, path: string): BoardConfig {
  const check = new Check(path);
  const document = parseDocument(yaml, { lineCounter: check.lines, prettyErrors: false });
  for (const error of document.errors) {
    check.problemAt(error.pos[0], "", `is not valid YAML: ${error.message}`);
  }
  if (document.errors.length > 0) throw check.error();
  const root = check.mapOrNothing(document.contents, "", [
    "title",
    "staleAfterHours",
    "allowPrivate",
    "groups",
    "results",
  ]);
  const config: BoardConfig = {
    ...DEFAULTS,
    title: check.optionalText(root.get("title"), "title") ?? DEFAULTS.title,
    staleAfterHours: check.hours(root.get("staleAfterHours")) ?? DEFAULTS.staleAfterHours,
    allowPrivate: check.texts(root.get("allowPrivate"), "allowPrivate"),
    groups: readGroups(check, root.get("groups")),
    results: check
      .texts(root.get("results"), "results")
      .map((entry) => (/^https?:\/\//iu.test(entry) ? entry : resolve(dirname(path), entry))),
  };
  const count = config.groups.reduce((sum, group) => sum + group.badges.length, 0);
  if (count > MOST_BADGES)
    check.problem(root.get("groups"), "groups", `hold ${count} badges, the most is ${MOST_BADGES}`);
  if (check.hasProblems) throw check.error();
  return config;
}

function readGroups(check: Check, node: Node | undefined): GroupConfig[] {
  return check.list(node, "groups").flatMap((item, at) => {
    const path = `groups[${at}]`;
    const group = check.map(item, path, ["name", "badges"]);
    if (group === undefined) return [];
    return {
      name: check.text(group.get("name"), `${path}.name`, item),
      badges: check.list(group.get("badges"), `${path}.badges`, item).flatMap((badge, index) => {
        return readBadge(check, badge, `${path}.badges[${index}]`);
      }),
    };
  });
}

function readBadge(check: Check, node: Node, path: string): BadgeConfig[] {
  const badge = check.map(node, path, ["label", "badge", "link"]);
  if (badge === undefined) return [];
  const link = badge.get("link");
  return [
    {
      label: check.text(badge.get("label"), `${path}.label`, node),
      badge: check.address(badge.get("badge"), `${path}.badge`, node),
      ...(link === undefined ? {} : { link: check.address(link, `${path}.link`, node) }),
    },
  ];
}

/** Reads YAML nodes into plain values and gathers every problem on the way. */
class Check {
  readonly lines = new LineCounter();
  readonly #path: string;
  readonly #problems: Array<{ readonly line: number; readonly text: string }> = [];

  constructor(path: string) {
    this.#path = path;
  }

  get hasProblems(): boolean {
    return this.#problems.length > 0;
  }

  error(): ConfigError {
    const sorted = this.#problems.toSorted((one, other) => one.line - other.line);
    const count = sorted.length === 1 ? "1 problem" : `${sorted.length} problems`;
    const list = sorted.map(({ line, text }) => `  line ${line}: ${text}`).join("\n");
    return new ConfigError(`${count} in ${this.#path}:\n${list}`);
  }

  problem(node: Node | null | undefined, path: string, text: string): void {
    this.problemAt(node?.range?.[0] ?? 0, path, text);
  }

  problemAt(offset: number, path: string, text: string): void {
    const line = Math.max(1, this.lines.linePos(offset).line);
    this.#problems.push({ line, text: path === "" ? `the file ${text}` : `${path} ${text}` });
  }

  mapOrNothing(
    node: Node | null | undefined,
    path: string,
    keys: readonly string[],
  ): ReadonlyMap<string, Node> {
    return this.map(node, path, keys) ?? new Map();
  }

  map(
    node: Node | null | undefined,
    path: string,
    keys: readonly string[],
  ): ReadonlyMap<string, Node> | undefined {
    const entries = new Map<string, Node>();
    if (!isMap<Node, Node | null>(node)) {
      this.problem(node, path, `is ${shown(node)}, expected a mapping with ${keys.join(", ")}`);
      return undefined;
    }
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : "";
      if (!keys.includes(name)) {
        this.problem(
          key,
          path,
          `has the unknown key "${name}", expected one of ${keys.join(", ")}`,
        );
      } else if (value !== null) entries.set(name, value);
    }
    return entries;
  }

  list(node: Node | undefined, path: string, parent?: Node): Node[] {
    if (isSeq<Node>(node) && node.items.length > 0) return node.items;
    this.problem(
      node ?? parent,
      path,
      `is ${shown(node)}, expected a list with at least one entry`,
    );
    return [];
  }

  texts(node: Node | undefined, path: string): string[] {
    if (node === undefined) return [];
    if (isSeq<Node>(node)) {
      return node.items.map((item, at) => this.text(item, `${path}[${at}]`, node));
    }
    this.problem(node, path, `is ${shown(node)}, expected a list of texts`);
    return [];
  }

  optionalText(node: Node | undefined, path: string): string | undefined {
    return node === undefined ? undefined : this.text(node, path, node);
  }

  text(node: Node | undefined, path: string, parent: Node): string {
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value === "string" && value.trim() !== "") return value.trim();
    this.problem(node ?? parent, path, `is ${shown(node)}, expected a text`);
    return "";
  }

  hours(node: Node | undefined): number | undefined {
    if (node === undefined) return undefined;
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value === "number" && value > 0 && value <= 8760) return value;
    this.problem(node, "staleAfterHours", `is ${shown(node)}, expected hours from above 0 to 8760`);
    return undefined;
  }

  address(node: Node | undefined, path: string, parent: Node): string {
    const value = isScalar(node) && typeof node.value === "string" ? node.value.trim() : "";
    const url = URL.parse(value);
    const isWeb = url?.protocol === "http:" || url?.protocol === "https:";
    if (url !== null && isWeb && url.username === "" && url.password === "") return value;
    const example =
      'an http(s) address without a password, for example "https://ci.example/badge.svg"';
    this.problem(node ?? parent, path, `is ${shown(node)}, expected ${example}`);
    return "";
  }
}

const LONGEST_SHOWN = 80; // characters

function shown(node: Node | null | undefined): string {
  if (node === undefined || node === null) return "missing";
  if (isMap(node)) return "a mapping";
  if (isSeq(node)) return node.items.length === 0 ? "an empty list" : "a list";
  return isScalar(node) && node.value !== null
    ? JSON.stringify(node.value).slice(0, LONGEST_SHOWN)
    : "empty";
}
