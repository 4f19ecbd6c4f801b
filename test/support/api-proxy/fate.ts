/** How a connection ends without an answer, or with half of one. */
export type Cut = "reset" | "silence";

/** What becomes of a request. */
export type Fate =
  | { kind: "pass" }
  /** Answered by the proxy; the API server never hears of it. */
  | { kind: "answer"; code: number; headers?: Record<string, string>; body?: unknown }
  /** Not forwarded: `first` is done, then the connection is cut. */
  | { kind: "before"; cut: Cut; first?: () => Promise<void> | void }
  /** Forwarded, and once the API server has answered, `first` is done and the connection is cut: the answer is lost. */
  | { kind: "after"; cut: Cut; first?: (code: number) => Promise<void> | void }
  | { kind: "delayed"; ms: number }
  /** The answer's bytes go through `change`; where it throws a CutHere, the connection is cut there. */
  | { kind: "changed"; change: (bytes: AsyncIterable<Buffer>) => AsyncIterable<Buffer> };

/** Thrown by what changes a stream: the connection ends here. */
export class CutHere extends Error {
  override readonly name = "CutHere";
  readonly how: Cut;

  constructor(how: Cut) {
    super(`cut by ${how}`);
    this.how = how;
  }
}

export const PASS: Fate = { kind: "pass" };

/** What an API server answers when it is asked too much. */
export function tooMany(retryAfterSeconds: number): Fate {
  return {
    kind: "answer",
    code: 429,
    headers: { "retry-after": String(retryAfterSeconds) },
    body: statusOf(429, "TooManyRequests", "Too many requests, please try again later."),
  };
}

export function serverError(): Fate {
  return {
    kind: "answer",
    code: 500,
    body: statusOf(500, "InternalError", "Internal error occurred: etcdserver: request timed out"),
  };
}

export function unauthorized(): Fate {
  return { kind: "answer", code: 401, body: statusOf(401, "Unauthorized", "Unauthorized") };
}

function statusOf(code: number, reason: string, message: string): object {
  return { kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message };
}
