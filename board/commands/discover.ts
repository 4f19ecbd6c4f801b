import { readFile, writeFile } from "node:fs/promises";
import { env } from "node:process";
import type { Command } from "commander";
import { discoverBadges, type FoundGroup } from "../discover/discover-badges.ts";
import { findRepository, RepositoryError } from "../discover/find-repository.ts";
import { type GitHubApi, gitHubApi } from "../discover/github-api.ts";
import { repositoriesOf } from "../discover/github-repository.ts";
import { readPage } from "../discover/local-repository.ts";
import type { Repository } from "../discover/repository.ts";
import { merged, newConfig, newIn } from "../discover/write-config.ts";
import { type GitHubCommandOptions, gitHubOptions, gitHubOptionsFrom } from "./github-options.ts";

interface Options extends GitHubCommandOptions {
  readonly org: string[];
  readonly readme: string[];
  readonly out?: string;
  readonly merge: boolean;
  readonly information: boolean;
  readonly title: string;
}

const each = (value: string, all: string[]) => [...all, value];

export function discoverCommand(program: Command): void {
  const command = program
    .command("discover")
    .description("Finds the badges of repositories and writes a configuration with them.")
    .argument("[repository...]", "folders, or owner/name on GitHub")
    .option(
      "--org <name>",
      "all repositories of an organisation or user on GitHub; repeatable",
      each,
      [],
    )
    .option("--readme <file>", "a page by itself; repeatable", each, [])
    .option("--out <file>", "where to write the configuration; otherwise it is printed")
    .option(
      "--merge",
      "adds what is new to a configuration that is there; all else in it stays",
      false,
    )
    .option("--information", "also takes figures that are no results, such as versions", false)
    .option("--title <text>", "heading of a new board", "Badgeboard");
  gitHubOptions(command).action(async (given: string[], options: Options) => {
    if (given.length + options.org.length + options.readme.length === 0) {
      command.error("error: nothing to look at: name a folder, owner/name, --org or --readme");
    }
    await using api = gitHubApi(gitHubOptionsFrom(options, env));
    const groups: FoundGroup[] = [];
    for await (const repository of repositories(given, options, api)) {
      groups.push(discoverBadges(repository, { withInformation: options.information }));
    }
    tell(groups);
    await write(groups, options);
  });
}

/** Each repository that was asked for; of an organisation, those that cannot be read are told and passed over. */
async function* repositories(
  given: readonly string[],
  { org, readme }: Options,
  api: GitHubApi,
): AsyncGenerator<Repository> {
  for (const source of given) yield await findRepository(source, api);
  for (const owner of org) {
    for (const slug of await repositoriesOf(owner, api)) yield await findRepository(slug, api);
  }
  for (const path of readme) {
    const pages = [{ path: path.replaceAll("\\", "/"), text: await pageAt(path) }];
    yield { name: path, pages, workflows: [] };
  }
}

async function pageAt(path: string): Promise<string> {
  return await readPage(path).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === "ENOENT" ? "there is no such file" : error.message;
    throw new RepositoryError(`Cannot read ${path}: ${reason}.`, { cause: error });
  });
}

/** Says on stderr what was found and what was left out. */
function tell(groups: readonly FoundGroup[]): void {
  for (const { name, badges, leftOut } of groups) {
    console.error(`${name}: ${badges.length} found, ${leftOut.length} left out`);
    for (const { what, reason } of leftOut) {
      console.error(`  left out: ${printable(what)} ${printable(reason)}`);
    }
  }
}

const printable = (text: string) =>
  text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "�").slice(0, 300);

async function write(groups: readonly FoundGroup[], { out, merge, title }: Options): Promise<void> {
  if (!groups.some(({ badges }) => badges.length > 0)) {
    throw new RepositoryError("No badge was found, so there is nothing to write.");
  }
  const there = out === undefined ? undefined : await textOf(out);
  if (out === undefined) process.stdout.write(newConfig(groups, title));
  else if (there === undefined) {
    await writeFile(out, newConfig(groups, title), { flag: "wx" });
    console.error(`${out} is written.`);
  } else await add(newIn(there, out, groups), { out, merge, there });
}

async function add(
  news: readonly FoundGroup[],
  { out, merge, there }: { readonly out: string; readonly merge: boolean; readonly there: string },
): Promise<void> {
  if (news.length === 0) {
    console.error(`${out} has all of them.`);
    return;
  }
  for (const { name, badges } of news) {
    for (const { label, badge } of badges) {
      console.log(`+ ${printable(name)} / ${printable(label)}: ${badge.replace(/\?.*$/u, "")}`);
    }
  }
  if (merge) {
    await writeFile(out, merged(there, out, news));
    console.error(`${out} has them now.`);
  } else {
    console.error(`${out} is there already and was not changed. Add these to it with --merge.`);
    process.exitCode = 1;
  }
}

async function textOf(path: string): Promise<string | undefined> {
  return await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}
