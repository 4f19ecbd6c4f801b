import { languages } from "../languages/languages.ts";
import { didYouMean } from "./closest.ts";
import { isWebAddress } from "./formats.ts";
import { type Path, type Places, type Problem, pathText, shown } from "./problems.ts";
import type { WrittenConfig } from "./written.ts";

/** A board of more badges would not be built in a time that anybody waits. */
const MOST_BADGES = 10_000;

type Report = (path: Path, text: string) => void;

/** Checks what a schema cannot say of a configuration that has its form. Warnings are about what is of no effect. */
export function checkMeaning(
  config: WrittenConfig,
  places: Places,
): { readonly problems: Problem[]; readonly warnings: Problem[] } {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const into =
    (list: Problem[]): Report =>
    (path, text) =>
      list.push({ line: places.lineOf(path), text: `${pathText(path)} ${text}` });
  const problem = into(problems);
  const count = (config.groups ?? []).reduce((sum, { badges }) => sum + badges.length, 0);
  if (count > MOST_BADGES) {
    problem(["groups"], `hold ${count} badges, the most is ${MOST_BADGES}`);
    return { problems, warnings };
  }
  checkWhole(config, problem);
  checkNames(config, problem);
  checkGroupNames(config, problem);
  checkResults(config, problem);
  checkNotifications(config, problem);
  checkTokens(config, problem, into(warnings));
  return { problems, warnings };
}

function checkWhole({ groups = [], widgets, results, language }: WrittenConfig, problem: Report) {
  if (groups.length === 0 && widgets === undefined && results === undefined) {
    problem([], "shows nothing, expected groups of badges, results or widgets");
  }
  if (language !== undefined && !languages().includes(language)) {
    problem(["language"], `is ${shown(language)}, expected one of ${languages().join(", ")}`);
  }
}

/** Tiles are told apart by their group and label. */
function checkNames({ groups = [] }: WrittenConfig, problem: Report): void {
  const repeated = (names: readonly string[], pathOf: (at: number) => Path) => {
    const seen = new Set<string>();
    for (const [at, name] of names.entries()) {
      if (seen.has(name))
        problem(pathOf(at), `is ${shown(name)} a second time, expected a name of its own`);
      seen.add(name);
    }
  };
  repeated(
    groups.map(({ name }) => name),
    (at) => ["groups", at, "name"],
  );
  for (const [at, { badges }] of groups.entries()) {
    repeated(
      badges.map(({ label }) => label),
      (index) => ["groups", at, "badges", index, "label"],
    );
  }
}

function checkGroupNames(
  { groups = [], notify = [], widgets = [] }: WrittenConfig,
  problem: Report,
) {
  const names = groups.map(({ name }) => name);
  const check = (name: string, path: Path) => {
    if (names.includes(name)) return;
    problem(
      path,
      `is ${shown(name)}, which is no group${didYouMean(name, names) || ", expected the name of one"}`,
    );
  };
  for (const [at, { groups: told = [] }] of notify.entries()) {
    for (const [index, name] of told.entries()) check(name, ["notify", at, "groups", index]);
  }
  for (const [at, widget] of widgets.entries()) {
    if (widget.kind === "counter" && widget.group !== undefined) {
      check(widget.group, ["widgets", at, "group"]);
    }
  }
}

function checkResults({ results = [] }: WrittenConfig, problem: Report): void {
  for (const [at, source] of results.entries()) {
    if (/^[a-z][a-z0-9+.-]*:\/\//iu.test(source) && !isWebAddress(source)) {
      problem(
        ["results", at],
        `is ${shown(source)}, expected a path or an http(s) address without a password`,
      );
    }
  }
}

function checkNotifications({ notify = [] }: WrittenConfig, problem: Report): void {
  for (const [at, { kind, repository }] of notify.entries()) {
    if (kind === "github-issue" && repository === undefined) {
      problem(
        ["notify", at],
        `has no repository, expected repository: owner/name with kind ${kind}`,
      );
    }
    if (kind !== "github-issue" && repository !== undefined) {
      problem(["notify", at, "repository"], `is for kind github-issue alone, and this is ${kind}`);
    }
  }
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/u;

/** A token over http could be read on its way; one that no badge needs is a mistake, but no danger. */
function checkTokens(
  { tokens = [], groups = [] }: WrittenConfig,
  problem: Report,
  warning: Report,
) {
  const uses = groups.flatMap(({ badges }, at) =>
    badges.flatMap((badge, index) =>
      (["badge", "twin"] as const).flatMap((key) => {
        const address = badge[key];
        const path: Path = ["groups", at, "badges", index, key];
        return address === undefined ? [] : [{ url: new URL(address), path }];
      }),
    ),
  );
  for (const [at, token] of tokens.entries()) {
    const host = token.host.toLowerCase();
    const used = uses.filter(({ url }) => url.host === host || url.hostname === host);
    if (used.length === 0) {
      warning(["tokens", at, "host"], `is ${shown(token.host)}, and no badge is read from there`);
    }
    for (const { url, path } of used) {
      if (url.protocol === "https:" || LOOPBACK.test(url.hostname)) continue;
      problem(path, `begins with http:, and the token for ${url.host} may only be sent by https:`);
    }
  }
}
