import { PrivateAddressError } from "./addresses.ts";
import { NoAnswerError } from "./no-answer.ts";

const TROUBLE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "its certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is not trusted",
  EAI_AGAIN: "its name could not be looked up",
  ECONNREFUSED: "it refused the connection",
  ECONNRESET: "it broke the connection",
  EHOSTUNREACH: "it cannot be reached",
  ENETUNREACH: "it cannot be reached",
  ENOTFOUND: "there is no such host",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is of another host",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is not trusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is not trusted",
  UND_ERR_CONNECT_TIMEOUT: "it does not accept connections",
  UND_ERR_SOCKET: "it broke the connection",
};

/** What is wrong with one answer, and says nothing of its host. */
const OF_THE_ANSWER: Readonly<Record<string, string>> = {
  UND_ERR_HEADERS_OVERFLOW: "its headers are too large",
  UND_ERR_INVALID_ARG: "the request cannot be sent",
  Z_BUF_ERROR: "what it sent cannot be unpacked",
  Z_DATA_ERROR: "what it sent cannot be unpacked",
};

/** The sentence for what went wrong at `url`. Nothing of it quotes a stranger: texts are chosen by stable codes. */
export function explained(error: unknown, url: URL, timeoutMs: number): Error {
  if (!(error instanceof Error)) return new NoAnswerError("the request failed");
  if (error instanceof PrivateAddressError || error instanceof NoAnswerError) return error;
  if (error.name === "TimeoutError" || error.name === "AbortError") {
    const seconds = Math.round(timeoutMs / 100) / 10;
    return new NoAnswerError(`no answer from ${url.host} within ${seconds} s`, {
      cause: error,
      ofHost: url.host,
    });
  }
  const code = codeOf(error);
  const ofAnswer = OF_THE_ANSWER[code] ?? (code.startsWith("HPE_") ? "it is not HTTP" : undefined);
  if (ofAnswer !== undefined) {
    return new NoAnswerError(`the answer of ${url.host} is of no use: ${ofAnswer}`, {
      cause: error,
    });
  }
  const trouble = TROUBLE[code] ?? code;
  return new NoAnswerError(`no answer from ${url.host}: ${trouble}`, {
    cause: error,
    ofHost: url.host,
  });
}

/** The stable code of an error, for example ECONNREFUSED: its message may quote a stranger. */
function codeOf(error: Error): string {
  const code = "code" in error ? error.code : undefined;
  if (typeof code === "string") return code;
  return error instanceof AggregateError && error.errors[0] instanceof Error
    ? codeOf(error.errors[0])
    : error.name;
}
