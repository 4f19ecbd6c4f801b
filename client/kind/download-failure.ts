/** What connections fail with that another try may not: https://nodejs.org/api/errors.html and undici's docs/docs/api/Errors.md */
const PASSING_CODES: ReadonlySet<string> = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EPIPE", "EAI_AGAIN", "ENOTFOUND"],
  ...["ENETUNREACH", "EHOSTUNREACH", "UND_ERR_SOCKET", "UND_ERR_CONNECT_TIMEOUT"],
  ...["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT", "UND_ERR_RES_CONTENT_LENGTH_MISMATCH"],
]);

/** A server answered with another status than 200. */
export class StatusError extends Error {
  override readonly name = "StatusError";
  readonly status: number;

  constructor(status: number) {
    super(`the server answered ${status}`);
    this.status = status;
  }
}

/** Whether the same request may succeed a little later: 408, 429, 5xx, and connections that were refused, cut or silent. */
export function mayPass(error: unknown): boolean {
  if (error instanceof StatusError) {
    return error.status === 408 || error.status === 429 || error.status >= 500;
  }
  return causes(error).some(({ code }) => typeof code === "string" && PASSING_CODES.has(code));
}

/** The innermost message: undici's own is "fetch failed" for everything. */
export function whyItFailed(error: unknown): string {
  const innermost = causes(error).at(-1);
  const code = typeof innermost?.code === "string" ? ` (${innermost.code})` : "";
  return `${innermost?.message || "no reason is known"}${code}`;
}

function causes(error: unknown): (Error & { code?: unknown })[] {
  const found: (Error & { code?: unknown })[] = [];
  for (let each = error; each instanceof Error && !found.includes(each); each = each.cause) {
    found.push(each);
    if (each instanceof AggregateError) found.push(...each.errors.slice(0, 1)); // every address of a host was tried
  }
  return found;
}
