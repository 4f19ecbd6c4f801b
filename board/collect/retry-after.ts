const DEFAULT_MS = 5 * 60_000;
const LONGEST_MS = 24 * 3_600_000;

/**
 * Until when a host wants to be left alone after an answer, as a time in ms, or undefined. Reads seconds and
 * dates (https://www.rfc-editor.org/rfc/rfc9110#name-retry-after), between now and a day from now; five
 * minutes where a 429 names no time. GitHub's API says 403 with either header where its limit is used up:
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export function leaveAloneUntil(
  httpStatus: number,
  headers: Readonly<Record<string, string>>,
  now: number,
): number | undefined {
  const asked = askedTime(headers, now);
  const isRefusal = httpStatus === 429 || httpStatus === 503 || httpStatus === 403;
  if (!isRefusal) return undefined;
  if (asked === undefined) return httpStatus === 429 ? now + DEFAULT_MS : undefined;
  return Math.min(Math.max(asked, now), now + LONGEST_MS);
}

function askedTime(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const value = headers["retry-after"]?.trim() ?? "";
  const time = /^\d{1,9}$/u.test(value) ? now + Number(value) * 1000 : Date.parse(value);
  if (!Number.isNaN(time)) return time;
  const reset = headers["x-ratelimit-reset"] ?? "";
  const isUsedUp = headers["x-ratelimit-remaining"] === "0" && /^\d{1,11}$/u.test(reset);
  return isUsedUp ? Number(reset) * 1000 : undefined;
}
