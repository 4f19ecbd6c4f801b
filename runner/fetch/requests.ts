import { type Dispatcher, request } from "undici";
import { httpsUrl, shown } from "./source.ts";

const REDIRECTS = 5;
const REDIRECT_CODES = new Set([301, 302, 303, 307, 308]);
const IDLE_MS = 30_000;

/** A server that could not be reached or had no time: trying again may help. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}

/** What is asked of a server; without a body it is a GET. */
export interface Ask {
  headers?: Record<string, string>;
  body?: Uint8Array;
  /** Bytes that the answer may have. */
  limitBytes: number;
  signal: AbortSignal;
}

/** An answer with status 200, its body read as far as it came and never beyond the limit. */
export interface Answer {
  url: URL;
  headers: Record<string, string>;
  body: AsyncIterable<Uint8Array>;
}

/**
 * Asks over https and follows up to 5 redirects to other https addresses. No cookies, no credentials.
 *
 * @throws UnreachableError where trying again may help, else an Error with what the server answered.
 */
export async function ask(url: URL, options: Ask): Promise<Answer> {
  let at = url;
  for (let redirects = 0; redirects <= REDIRECTS; redirects++) {
    const answer = await sent(at, options);
    const location = answer.headers.location;
    if (!REDIRECT_CODES.has(answer.statusCode) || !location) {
      if (answer.statusCode === 200) return accepted(at, answer, options.limitBytes);
      await answer.body.dump();
      const message = `${shown(at)} answered ${answer.statusCode}; expected 200.`;
      throw isPassing(answer.statusCode) ? new UnreachableError(message) : new Error(message);
    }
    await answer.body.dump();
    at = httpsUrl(new URL(String(location), at).href);
  }
  throw new Error(`${shown(url)} redirects more than ${REDIRECTS} times.`);
}

function isPassing(code: number): boolean {
  return code === 429 || code >= 500;
}

async function sent(url: URL, { headers, body, signal }: Ask): Promise<Dispatcher.ResponseData> {
  try {
    return await request(url, {
      method: body ? "POST" : "GET",
      headers: { "user-agent": "pystol-fetch", ...headers },
      ...(body ? { body } : {}),
      signal,
      headersTimeout: IDLE_MS,
      bodyTimeout: IDLE_MS,
    });
  } catch (cause) {
    throw unreachable(url, cause);
  }
}

function unreachable(url: URL, cause: unknown): UnreachableError {
  const message = `${shown(url)} could not be read: ${(cause as Error).message}`;
  return new UnreachableError(message, { cause });
}

function accepted(url: URL, answer: Dispatcher.ResponseData, limitBytes: number): Answer {
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
  );
  return { url, headers, body: limited(url, answer.body, limitBytes) };
}

async function* limited(
  url: URL,
  body: AsyncIterable<Uint8Array>,
  limitBytes: number,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  const chunks = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await chunks.next().catch((cause) => {
        throw unreachable(url, cause);
      });
      if (done) return;
      bytes += value.byteLength;
      if (bytes > limitBytes) {
        throw new Error(`${shown(url)} has more than the ${limitBytes} bytes that are allowed.`);
      }
      yield value;
    }
  } finally {
    await chunks.return?.();
  }
}
