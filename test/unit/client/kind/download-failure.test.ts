import { expect, test } from "vitest";
import { mayPass, StatusError, whyItFailed } from "../../../../client/kind/download-failure.ts";

const withCode = (code: string) => Object.assign(new Error("inner"), { code });
const fetchFailed = (cause: Error) => new TypeError("fetch failed", { cause });

test.each([
  [408, true],
  [429, true],
  [500, true],
  [503, true],
  [400, false],
  [401, false],
  [404, false],
  [206, false],
])("after the status %i another try may help: %s", (status, may) => {
  expect(mayPass(new StatusError(status))).toBe(may);
});

test.each([
  ["ECONNRESET", true],
  ["EAI_AGAIN", true],
  ["UND_ERR_HEADERS_TIMEOUT", true],
  ["ENOSPC", false],
  ["SELF_SIGNED_CERT_IN_CHAIN", false],
  ["ERR_INVALID_URL", false],
])("after %s another try may help: %s", (code, may) => {
  expect(mayPass(fetchFailed(withCode(code)))).toBe(may);
});

test("every address of a host that refuses is one reason", () => {
  const all = new AggregateError([withCode("ECONNREFUSED"), withCode("ENETUNREACH")], "");
  expect(mayPass(fetchFailed(all))).toBe(true);
  expect(whyItFailed(fetchFailed(all))).toBe("inner (ECONNREFUSED)");
});

test("a cause that is its own cause ends the search", () => {
  const error = new Error("round");
  error.cause = error;
  expect(mayPass(error)).toBe(false);
  expect(whyItFailed(error)).toBe("round");
});
