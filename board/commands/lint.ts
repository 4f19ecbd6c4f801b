import { readFile, stat, writeFile } from "node:fs/promises";
import { env } from "node:process";
import { type Command, Option } from "commander";
import { findRepository, RepositoryError, slugIn } from "../discover/find-repository.ts";
import { gitHubApi } from "../discover/github-api.ts";
import { checkoutAround, localRepository } from "../discover/local-repository.ts";
import { contextOf } from "../discover/repository.ts";
import type { Context } from "../lint/context.ts";
import { fixPage, lintPage } from "../lint/lint-page.ts";
import { type FileFindings, type Format, reportFindings } from "../lint/report-findings.ts";
import { type GitHubCommandOptions, gitHubOptions, gitHubOptionsFrom } from "./github-options.ts";

interface Options extends GitHubCommandOptions {
  readonly fix: boolean;
  readonly output: Format;
  readonly branch?: string;
}

/** A page, what is known of its repository, and where to write it. */
interface Page {
  readonly name: string;
  readonly text: string;
  readonly context: Context;
}

export function lintCommand(program: Command): void {
  const command = program
    .command("lint")
    .description(
      "Finds dead, old and unreadable badges on pages, with the line to use instead. Exits 1 where there are any.",
    )
    .argument(
      "<page...>",
      "READMEs (Markdown, HTML, reStructuredText), folders, or owner/name on GitHub",
    )
    .option("--fix", "writes what can be mended into the files", false)
    .option("--branch <name>", "the default branch, where Git does not know it")
    .addOption(
      new Option("--output <form>", "text for people, JSON, or annotations of a GitHub workflow")
        .choices(["text", "json", "github"])
        .default("text"),
    );
  gitHubOptions(command).action(async (given: string[], options: Options) => {
    await using api = gitHubApi(gitHubOptionsFrom(options, env));
    const files: FileFindings[] = [];
    for (const source of given) {
      for (const page of await pagesOf(source, options, api)) {
        const text = options.fix ? await fixed(page) : page.text;
        files.push({ file: page.name, findings: lintPage(text, page.name, page.context) });
      }
    }
    process.stdout.write(reportFindings(files, options.output));
    if (files.some(({ findings }) => findings.length > 0)) process.exitCode = 1;
  });
}

async function pagesOf(
  source: string,
  { branch, fix }: Options,
  api: ReturnType<typeof gitHubApi>,
): Promise<Page[]> {
  const found = await stat(source).catch(() => undefined);
  if (found?.isFile() === true) return [await filePage(source, branch)];
  if (found === undefined && fix && slugIn(source) !== undefined) {
    throw new RepositoryError(
      `${source} cannot be mended: --fix writes files, expected paths of them.`,
    );
  }
  const repository = await findRepository(source, api);
  const context = withBranch(contextOf(repository), branch);
  const prefix = found === undefined ? `${source}:` : `${source.replace(/\/$/u, "")}/`;
  return repository.pages.map(({ path, text }) => ({ name: `${prefix}${path}`, text, context }));
}

async function filePage(path: string, branch: string | undefined): Promise<Page> {
  const root = await checkoutAround(path);
  const context =
    root === undefined ? { workflows: new Map() } : contextOf(await localRepository(root));
  return { name: path, text: await readFile(path, "utf8"), context: withBranch(context, branch) };
}

const withBranch = (context: Context, branch: string | undefined): Context =>
  branch === undefined ? context : { ...context, defaultBranch: branch };

async function fixed({ name, text, context }: Page): Promise<string> {
  const better = fixPage(text, name, context);
  if (better !== text) await writeFile(name, better);
  return better;
}
