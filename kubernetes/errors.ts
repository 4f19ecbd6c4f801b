/** What an API server puts into the body of an error answer: the metav1.Status fields that are used here. */
export interface Status {
  kind?: string;
  message?: string;
  reason?: string;
  details?: {
    retryAfterSeconds?: number;
    causes?: { reason?: string; message?: string; field?: string }[];
  };
}

/**
 * A request that the API server answered with an error. `reason` is metav1.StatusReason ("NotFound", "Conflict",
 * "Forbidden", "AlreadyExists", "Invalid", ...): match on it, never on the message.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/
 */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: number;
  readonly reason: string;
  readonly status: Status;
  /** How long the server asks to wait before the next try, in ms. */
  readonly retryAfterMs: number | undefined;

  constructor(options: {
    method: string;
    path: string;
    code: number;
    body: string;
    retryAfterMs?: number | undefined;
  }) {
    const status = parseStatus(options.body);
    const said = status.message ?? options.body.slice(0, 300);
    super(`${options.method} ${options.path} answered ${options.code}: ${said || "no message"}`);
    this.code = options.code;
    this.status = status;
    this.reason = status.reason ?? reasonOf(options.code);
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The API server could not be reached, or did not answer in time. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}

/** The answer has more bytes than the request allows, and was not read further. */
export class AnswerTooLarge extends Error {
  override readonly name = "AnswerTooLarge";
}

/** Whether `error` is an API error of that reason. */
export function hasReason(error: unknown, reason: string): error is ApiError {
  return error instanceof ApiError && error.reason === reason;
}

function parseStatus(body: string): Status {
  try {
    const status = JSON.parse(body);
    return status?.kind === "Status" ? status : {};
  } catch (_notJson) {
    return {}; // a proxy's HTML, or nothing at all: the HTTP status says what there is to say
  }
}

function reasonOf(code: number): string {
  const reasons: Record<number, string> = {
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    410: "Expired",
    422: "Invalid",
    429: "TooManyRequests",
    503: "ServiceUnavailable",
  };
  return reasons[code] ?? "Unknown";
}
