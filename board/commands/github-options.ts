import type { Command } from "commander";
import type { GitHubOptions } from "../discover/github-api.ts";
import { allowPrivateHost } from "./options.ts";

export interface GitHubCommandOptions {
  readonly api: string;
  readonly raw: string;
  readonly allowPrivate: string[];
}

/** Options of commands that read repositories on GitHub. */
export function gitHubOptions(command: Command): Command {
  return command
    .option(
      "--api <url>",
      "GitHub's REST API, which is asked with the token in GITHUB_TOKEN",
      "https://api.github.com",
    )
    .option(
      "--raw <url>",
      "where files are read without a token",
      "https://raw.githubusercontent.com",
    )
    .addOption(allowPrivateHost());
}

/** The same with the token of the environment. */
export function gitHubOptionsFrom(
  { api, raw, allowPrivate }: GitHubCommandOptions,
  environment: Readonly<Record<string, string | undefined>>,
): GitHubOptions {
  const token = environment.GITHUB_TOKEN?.trim() ?? "";
  return { api, raw, allowPrivate, ...(token === "" ? {} : { token }) };
}
