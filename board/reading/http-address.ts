const LONGEST = 2000; // characters

/** An address that a link may lead to: http(s), and without a user and password; otherwise undefined. */
export function httpAddress(text: string): string | undefined {
  const url = parseUrl(text);
  return url === undefined || url.username !== "" || url.password !== "" ? undefined : url.href;
}

/** An http(s) address, taken apart; undefined for anything else, or where it is too long to be looked at. */
export function parseUrl(text: string | undefined): URL | undefined {
  if (text === undefined || text.length > LONGEST || !/^https?:/iu.test(text)) return undefined;
  return URL.parse(text) ?? undefined;
}
