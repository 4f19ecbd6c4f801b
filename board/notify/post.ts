import { Agent, interceptors, request } from "undici";
import type { Message } from "./message.ts";

/** A service that was not told; the message is one sentence and never has the address, which is as good as a password. */
export class NotToldError extends Error {
  override readonly name = "NotToldError";
}

export interface PostLimits {
  /** For all attempts together. */
  readonly timeoutMs: number;
  readonly retries: number;
  /** Before the first retry; each further one waits twice as long, or as long as Retry-After asks for. */
  readonly retryAfterMs: number;
}

export const POST_LIMITS: PostLimits = { timeoutMs: 60_000, retries: 3, retryAfterMs: 1000 };

const LONGEST_WAIT_MS = 30_000;
const BUSY = [429, 500, 502, 503, 504];
const REACHED_NOBODY = [
  "ECONNRESET",
  "ECONNREFUSED",
  "ENOTFOUND",
  "ENETDOWN",
  "ENETUNREACH",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "EPIPE",
  "UND_ERR_SOCKET",
];

/**
 * Posts a message, again where the service is busy or cannot be reached. Redirects are not followed. Throws NotToldError. A service
 * that did its work but whose answer was lost is told twice.
 */
export async function post(
  address: string,
  { headers, body }: Message,
  limits: PostLimits = POST_LIMITS,
): Promise<void> {
  const agent = new Agent({ connect: { timeout: limits.timeoutMs } });
  const dispatcher = agent.compose(
    interceptors.retry({
      methods: ["POST"],
      statusCodes: BUSY,
      errorCodes: REACHED_NOBODY,
      maxRetries: limits.retries,
      minTimeout: limits.retryAfterMs,
      maxTimeout: LONGEST_WAIT_MS,
      throwOnError: false,
    }),
  );
  const signal = AbortSignal.timeout(limits.timeoutMs);
  try {
    const answer = await request(address, { method: "POST", headers, body, dispatcher, signal });
    await answer.body.dump();
    if (answer.statusCode >= 200 && answer.statusCode < 300) return;
    throw new NotToldError(`it answered ${answer.statusCode}`);
  } catch (error) {
    throw error instanceof NotToldError ? error : new NotToldError(reasonOf(error, limits));
  } finally {
    await agent.destroy();
  }
}

/** Messages of the network's errors name hosts and addresses; their codes do not. */
function reasonOf(error: unknown, { timeoutMs }: PostLimits): string {
  const { name, code, cause } = error as {
    name?: string;
    code?: unknown;
    cause?: { code?: unknown };
  };
  if (name === "TimeoutError") return `it gave no answer within ${timeoutMs / 1000} s`;
  const known = [code, cause?.code].find((each) => typeof each === "string");
  return `it could not be reached (${known === undefined ? "no reason given" : String(known)})`;
}
