import { getOctokit } from "@actions/github";
import { fetch as undiciFetch } from "undici";
import { Client, type RequestLimits } from "../collect/request.ts";
import { ExplainedError } from "../explained-error.ts";

/** GitHub would not say; the message says why, and what to do. */
export class GitHubError extends ExplainedError {
  override readonly name = "GitHubError";
}

/** What GitHub's REST API (https://docs.github.com/rest) says, with a token or without one. */
export interface GitHubApi extends AsyncDisposable {
  /** The JSON at a path such as "/repos/o/n"; undefined where there is no such thing. Throws GitHubError. */
  json(path: string): Promise<unknown>;
  /** The text of a file of a repository; undefined where there is none. Throws GitHubError. */
  file(slug: string, path: string): Promise<string | undefined>;
}

export interface GitHubOptions {
  readonly token?: string;
  /** Address of the REST API. */
  readonly api: string;
  /** Where files can be read without a token and without the API's limit. */
  readonly raw: string;
  /** Hosts that may have private addresses. */
  readonly allowPrivate: readonly string[];
}

const LIMITS: RequestLimits = { timeoutMs: 20_000, bodyLimitBytes: 4 * 1024 * 1024, redirects: 3 };

/** Uses @actions/github where there is a token; without one GitHub answers 60 requests an hour, and of public things alone. */
export function gitHubApi(options: GitHubOptions): GitHubApi {
  return options.token === undefined ? withoutToken(options) : withToken(options, options.token);
}

function withToken({ api }: GitHubOptions, token: string): GitHubApi {
  const octokit = getOctokit(token, { baseUrl: api, request: { fetch: undiciFetch } });
  const ask = async (path: string, accept: string): Promise<unknown> => {
    try {
      const { data } = await octokit.request(`GET ${path}`, { headers: { accept } });
      return data;
    } catch (error) {
      const { status, message } = statusOf(error);
      if (status === 404) return undefined;
      throw refusal(path, status === undefined ? message : `it answered ${status}`, status, true);
    }
  };
  return {
    json: (path) => ask(path, "application/vnd.github+json"),
    async file(slug, path) {
      const text = await ask(
        `/repos/${slug}/contents/${escapedPath(path)}`,
        "application/vnd.github.raw+json",
      );
      return typeof text === "string" ? text : undefined;
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function withoutToken({ api, raw, allowPrivate }: GitHubOptions): GitHubApi {
  const client = new Client(new Set(allowPrivate), LIMITS);
  const ask = async (address: string): Promise<string | undefined> => {
    const url = new URL(address);
    const { httpStatus, body } = await client.get(url).catch((error: Error) => {
      throw new GitHubError(`Cannot ask ${url.host}: ${error.message}.`, { cause: error });
    });
    if (httpStatus === 404) return undefined;
    if (httpStatus === 200) return new TextDecoder().decode(body);
    throw refusal(url.pathname, `it answered ${httpStatus}`, httpStatus, false);
  };
  return {
    async json(path) {
      const text = await ask(`${api.replace(/\/$/u, "")}${path}`);
      return text === undefined ? undefined : (JSON.parse(text) as unknown);
    },
    file: (slug, path) => ask(`${raw.replace(/\/$/u, "")}/${slug}/HEAD/${escapedPath(path)}`),
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

const escapedPath = (path: string) => path.split("/").map(encodeURIComponent).join("/");

function statusOf(error: unknown): { readonly status?: number; readonly message: string } {
  if (!(error instanceof Error)) return { message: "the request failed" };
  const status = "status" in error && typeof error.status === "number" ? error.status : undefined;
  return { message: error.message, ...(status === undefined ? {} : { status }) };
}

function refusal(
  path: string,
  reason: string,
  status: number | undefined,
  hasToken: boolean,
): GitHubError {
  const isLimited = status === 403 || status === 429;
  const advice = isLimited
    ? hasToken
      ? " The token may have used up its hour, or may not read this."
      : " Without a token GitHub answers 60 requests an hour: put one into GITHUB_TOKEN."
    : "";
  return new GitHubError(`GitHub did not give ${path.replace(/\?.*$/u, "")}: ${reason}.${advice}`);
}
