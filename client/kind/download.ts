import { open } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { EnvHttpProxyAgent, fetch, type Response } from "undici";
import { formatSpan } from "../duration.ts";
import type { Progress } from "../progress.ts";
import { mayPass, StatusError, whyItFailed } from "./download-failure.ts";

/** Waited before the second, third and fourth try. */
const DELAYS_MS = [1000, 3000, 9000];
const SILENCE_MS = 30_000;
/** Ten times what kind has; the check of the sum comes after, and must not find the disk full. */
const LIMIT_BYTES = 100 * 2 ** 20;
const MIB = 2 ** 20;

export interface DownloadOptions {
  url: string;
  /** The file to write. Where the download fails, a part of it may be left. */
  file: string;
  /** For the proxy: https_proxy, http_proxy and no_proxy, in either case. */
  environment: Readonly<Record<string, string | undefined>>;
  progress: Progress;
  signal?: AbortSignal | undefined;
  delaysMs?: readonly number[] | undefined;
}

/**
 * Loads a file over HTTP, following redirects. What may pass on another try is tried again, at most three times.
 *
 * @throws with the URL and the last reason. Neither the proxy's address nor that of a redirect is named: both may hold secrets.
 */
export async function download(options: DownloadOptions): Promise<void> {
  const { url, progress, signal, delaysMs = DELAYS_MS } = options;
  for (let tries = 1; ; tries += 1) {
    try {
      return await downloadOnce(options);
    } catch (error) {
      signal?.throwIfAborted();
      const waitMs = mayPass(error) ? delaysMs[tries - 1] : undefined;
      if (waitMs === undefined) {
        const times = tries === 1 ? "" : ` ${tries} times, the last time because`;
        throw new Error(
          `${url} could not be downloaded${times ? "," : ":"}${times} ${why(error)}`,
          {
            cause: error,
          },
        );
      }
      progress(`${url}: ${why(error)}; trying again in ${formatSpan(waitMs)}`);
      await delay(waitMs, undefined, { signal });
    }
  }
}

function why(error: unknown): string {
  return error instanceof StatusError ? error.message : whyItFailed(error);
}

async function downloadOnce({ url, file, environment, progress, signal }: DownloadOptions) {
  const dispatcher = agent(environment);
  try {
    const response = await fetch(url, { dispatcher, signal: signal ?? null });
    await save(response, file, progress);
  } finally {
    await dispatcher.destroy();
  }
}

async function save(response: Response, file: string, progress: Progress): Promise<void> {
  if (response.status !== 200 || !response.body) {
    await response.body?.cancel();
    throw new StatusError(response.status);
  }
  const total = Number(response.headers.get("content-length"));
  await using output = await open(file, "w", 0o600);
  let bytes = 0;
  let saidAt = performance.now();
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > LIMIT_BYTES) throw new Error(`it has more than ${LIMIT_BYTES} bytes`);
    await output.writeFile(chunk);
    if (performance.now() - saidAt > 1000) {
      saidAt = performance.now();
      progress(`${(bytes / MIB).toFixed(1)}${total ? ` of ${(total / MIB).toFixed(1)}` : ""} MiB`);
    }
  }
}

function agent(environment: DownloadOptions["environment"]): EnvHttpProxyAgent {
  const value = (name: string) => environment[name] || environment[name.toUpperCase()] || "";
  return new EnvHttpProxyAgent({
    // An empty text keeps undici from reading the environment of the process itself.
    httpProxy: value("http_proxy"),
    httpsProxy: value("https_proxy"),
    noProxy: value("no_proxy"),
    connect: { timeout: 10_000 },
    headersTimeout: SILENCE_MS,
    bodyTimeout: SILENCE_MS,
  });
}
