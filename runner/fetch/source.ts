/** Where a collection comes from: spec.source of a PystolRole. */
export type Source =
  | { kind: "git"; url: URL; commit: string }
  | { kind: "archive"; url: URL; sha256: string };

/** A collection's full name, NAMESPACE.NAME. */
export interface CollectionName {
  namespace: string;
  name: string;
}

/** The collection's name, or an error that says what was expected. It becomes a path, so nothing else is let through. */
export function parseCollection(text: string | undefined): CollectionName {
  const [, namespace, name] = /^([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)$/.exec(text ?? "") ?? [];
  if (namespace && name) return { namespace, name };
  throw new Error(
    `PYSTOL_COLLECTION is ${JSON.stringify(text)}; expected NAMESPACE.NAME of a collection.`,
  );
}

/** The source, from JSON in the form of spec.source. Only https, without a password in the URL, is taken. */
export function parseSource(text: string | undefined): Source {
  const { git, archive } = parsed(text);
  if (typeof git === "object" && git && !archive) {
    const { url, commit } = git as Record<string, unknown>;
    if (typeof commit === "string" && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) {
      return { kind: "git", url: httpsUrl(url), commit };
    }
  }
  if (typeof archive === "object" && archive && !git) {
    const { url, sha256 } = archive as Record<string, unknown>;
    if (typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256)) {
      return { kind: "archive", url: httpsUrl(url), sha256 };
    }
  }
  throw new Error(
    `PYSTOL_SOURCE is ${JSON.stringify(text)?.slice(0, 200)}; expected {"git": {"url", "commit"}} or {"archive": {"url", "sha256"}} with full hashes.`,
  );
}

function parsed(text: string | undefined): Record<string, unknown> {
  try {
    return (JSON.parse(text ?? "{}") as Record<string, unknown>) ?? {};
  } catch (_notJson) {
    return {}; // parseSource says what was expected
  }
}

/** The URL, if a secure connection to it can be made, and nothing in it has to be hidden. */
export function httpsUrl(text: unknown): URL {
  const url = typeof text === "string" && URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "https:") {
    throw new Error(`The source's URL is ${JSON.stringify(text)}; expected one with https.`);
  }
  if (url.username || url.password) {
    throw new Error(
      `The source's URL on ${url.host} has a user name in it; expected a URL that anybody may read.`,
    );
  }
  return url;
}

/** The URL for messages, without its query, in which a token may be. */
export function shown(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
