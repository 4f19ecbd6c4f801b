const WEB = new Set(["http:", "https:"]);

/** An http(s) address without user and password, and without white space but around it. */
export function isWebAddress(text: string): boolean {
  const url = URL.parse(text.trim());
  if (url === null || !WEB.has(url.protocol) || /\s/u.test(text.trim())) return false;
  return url.username === "" && url.password === "";
}

/** A host, with or without port, as `URL.host` gives it. */
export function isHost(text: string): boolean {
  const host = text.trim().toLowerCase();
  const url = URL.parse(`http://${host}`);
  return url !== null && host !== "" && (url.host === host || `${url.host}:80` === host);
}

/** A zone that this program can print times in. */
export function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: text.trim() });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** What tokens of well-known services begin with; a name that does is no name. */
const TOKEN = /^(?:gh[a-z]_|github_pat_|glpat-|xox[a-z]-|sk-|eyJ)/u;

/** A name of an environment variable that is not by mistake the token itself. */
export function isVariable(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/u.test(text.trim()) && !TOKEN.test(text.trim());
}
