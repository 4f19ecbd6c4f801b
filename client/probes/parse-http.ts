import { type Fields, type Note, sortOf } from "./fields.ts";
import type { HttpCheck, StatusRange } from "./probe.ts";

const FIELDS = ["url", "status", "method", "headers", "bodyContains"];
const METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"] as const;
const SUCCESS: StatusRange = { from: 200, to: 299 };
const EXPECTED_STATUS = `a status from 100 to 599, a class such as "2xx", or a list of these.`;
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}$/; // https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]{0,8192}$/; // https://www.rfc-editor.org/rfc/rfc9110#section-5.5
/** They belong to the connection, which is not the probe's. */
const NOT_HEADERS = [
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
];

/** An HTTP check from its fields. Undefined where something is wrong; then that was noted, without the value of any header. */
export function readHttp(
  inside: (known: readonly string[]) => Fields | undefined,
  note: Note,
): HttpCheck | undefined {
  const fields = inside(FIELDS);
  if (!fields) return undefined;
  const url = readUrl(fields);
  const method = fields.choice("method", METHODS) ?? "GET";
  const statuses = readStatuses(fields);
  const headers = readHeaders(fields, note);
  const bodyContains = fields.text("bodyContains", {
    expected: "text that the body of the answer holds.",
  });
  if (bodyContains !== undefined && method === "HEAD") {
    fields.note("bodyContains", "cannot hold of HEAD, whose answers have no body; use GET.");
  }
  if (url === undefined || !statuses || !headers) return undefined;
  const check = { kind: "http" as const, url, method, headers, statuses };
  return bodyContains === undefined ? check : { ...check, bodyContains };
}

function readUrl(fields: Fields): string | undefined {
  const expected = "the address of a page, for example http://localhost:8080/health.";
  const text = fields.text("url", { expected, required: true });
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  // What follows an @ or a ? may be a secret, so such text is not shown.
  const isShown = !/[@?#]/.test(text);
  if (!url || !["http:", "https:"].includes(url.protocol)) {
    if (isShown) return fields.refuse("url", expected);
    return fields.note(
      "url",
      `does not begin with a host of http: or https:; expected ${expected}`,
    );
  }
  if (url.username === "" && url.password === "") return url.href;
  return fields.note(
    "url",
    "holds a user or a password, which would come into messages; give them in headers.authorization.",
  );
}

function readStatuses(fields: Fields): StatusRange[] | undefined {
  const value = fields.value("status");
  if (value === undefined) return [SUCCESS];
  const all = (Array.isArray(value) ? value : [value]).map(rangeOf);
  const ranges = all.filter((range) => range !== undefined);
  if (ranges.length > 0 && ranges.length === all.length) return ranges;
  return fields.refuse("status", EXPECTED_STATUS);
}

function rangeOf(value: unknown): StatusRange | undefined {
  if (typeof value === "number") {
    const fits = Number.isInteger(value) && value >= 100 && value <= 599;
    return fits ? { from: value, to: value } : undefined;
  }
  const digit = typeof value === "string" ? /^([1-5])xx$/i.exec(value)?.[1] : undefined;
  if (digit === undefined) return undefined;
  return { from: Number(digit) * 100, to: Number(digit) * 100 + 99 };
}

function readHeaders(fields: Fields, note: Note): Record<string, string> | undefined {
  const value = fields.value("headers");
  if (value === undefined) return {};
  const path = [...fields.path, "headers"];
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return fields.note("headers", `is ${sortOf(value)}; expected a mapping of names to values.`);
  }
  const headers = new Map<string, string>();
  for (const [name, text] of Object.entries(value)) {
    const isTwice = headers.has(name.toLowerCase());
    const wrong = isTwice ? `${JSON.stringify(name)} is there twice.` : problemOfHeader(name, text);
    if (wrong) note([...path, name], `http.headers: ${wrong}`);
    else headers.set(name.toLowerCase(), text);
  }
  return Object.fromEntries(headers);
}

function problemOfHeader(name: string, value: unknown): string | undefined {
  const quoted = JSON.stringify(name.slice(0, 80));
  if (!HEADER_NAME.test(name)) return `${quoted} is not the name of a header.`;
  if (NOT_HEADERS.includes(name.toLowerCase())) return `${quoted} cannot be set; remove it.`;
  if (typeof value !== "string") {
    return `the value of ${quoted} is ${sortOf(value)}; expected text. Put it into quotes.`;
  }
  if (HEADER_VALUE.test(value)) return undefined;
  return `the value of ${quoted} is too long, or holds a character that no header can, such as a line break.`;
}
