const DEFAULT_MS = 5 * 60_000;
const LONGEST_MS = 24 * 3_600_000;
const TOO_MANY = new Set([429, 503]);

/**
 * Until when a host wants to be left alone after an answer, as a time in ms, or undefined. Reads seconds and
 * dates (https://www.rfc-editor.org/rfc/rfc9110#name-retry-after), between now and a day from now; five
 * minutes where a 429 names no time.
 */
export function leaveAloneUntil(
  httpStatus: number,
  retryAfter: string | undefined,
  now: number,
): number | undefined {
  if (!TOO_MANY.has(httpStatus)) return undefined;
  const value = retryAfter?.trim() ?? "";
  const asked = /^\d{1,9}$/u.test(value) ? now + Number(value) * 1000 : Date.parse(value);
  if (Number.isNaN(asked)) return httpStatus === 429 ? now + DEFAULT_MS : undefined;
  return Math.min(Math.max(asked, now), now + LONGEST_MS);
}
