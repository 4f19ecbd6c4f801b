const LONGEST_MESSAGE = 300;
const SECRET_NAME = /token|secret|passw|credential|private|api_?key|access_?key/i;
const SHORTEST_SECRET = 8;
const HIDDEN = "***";

/** Why a check failed: its message is for people and may quote strangers. */
export class CheckFailure extends Error {
  override readonly name = "CheckFailure";
}

/**
 * Text of strangers as one line: control and format characters and runs of blanks become one blank, and of more than 300
 * characters the `kept` end stays.
 */
export function oneLine(
  text: string,
  { limit = LONGEST_MESSAGE, kept = "start" }: { limit?: number; kept?: "start" | "end" } = {},
): string {
  const characters = Array.from(
    text
      .toWellFormed()
      .replace(/[\p{C}\p{Z}]+/gu, " ")
      .trim(),
  );
  if (characters.length <= limit) return characters.join("");
  if (kept === "end") return `…${characters.slice(1 - limit).join("")}`;
  return `${characters.slice(0, limit - 1).join("")}…`;
}

/** The text without these values. A value of several words, such as "Bearer abc", is hidden as a whole and by its long words. */
export function without(text: string, values: Iterable<string>): string {
  const hidden = [...values].flatMap((value) => [value, ...value.split(/\s+/)]);
  return [...new Set(hidden)]
    .filter((value) => value.length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length)
    .reduce((rest, value) => rest.replaceAll(value, HIDDEN), text);
}

/** The values of an environment whose names say that they are secret. */
export function secretsOf(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && SECRET_NAME.test(name) ? [value] : [],
  );
}

const TROUBLE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "its certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is not trusted",
  EAI_AGAIN: "its name could not be looked up",
  ECONNREFUSED: "it refused the connection",
  ECONNRESET: "it broke the connection",
  EHOSTUNREACH: "it cannot be reached",
  ENETUNREACH: "it cannot be reached",
  ENOTFOUND: "there is no such host",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is not trusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is not trusted",
  UND_ERR_HEADERS_OVERFLOW: "its headers are too large",
  UND_ERR_SOCKET: "it broke the connection",
};

/** An error of the network in words, or its own. */
export function troubleOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return TROUBLE[code] ?? (error.message || code || error.name);
}
