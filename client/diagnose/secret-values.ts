import type { Resource } from "../../kubernetes/resources.ts";
import { isSensitiveName } from "./sensitive.ts";

/** Shorter ones are words that occur everywhere, and hiding them would hide everything else too. */
const SHORTEST = 6;
const SHORTEST_LINE = 12;
/** Of a line with blanks, which may be prose or YAML that stands elsewhere too. */
const SHORTEST_PHRASE = 24;
/** Longer ones are files and archives, which count by their lines; a line in diagnostics is not much longer either. */
const LONGEST = 8192;
const MOST_LINES = 2000;
/** Of a service account's Secret these are no secrets: https://kubernetes.io/docs/concepts/configuration/secret/#service-account-token-secrets */
const PUBLIC_KEYS = new Set(["ca.crt", "namespace"]);
/** Values that a Secret may have and that say nothing. */
const COMMON =
  /^(true|false|null|none|default|kubernetes|kube-system|localhost|authentication|signing)$/i;

export interface Secret extends Resource {
  type?: string;
  data?: Record<string, string>;
}

/** The values of Secrets, decoded, as they could occur in a text. */
export function valuesOfSecrets(secrets: readonly Secret[]): string[] {
  return secrets.flatMap(({ type, data = {} }) =>
    Object.entries(data)
      .filter(([key]) => !(type === "kubernetes.io/service-account-token" && PUBLIC_KEYS.has(key)))
      .flatMap(([, value]) => partsOf(Buffer.from(value, "base64").toString("utf8"))),
  );
}

/** A value and those parts of it that are secrets by themselves: lines of a file, fields of JSON. */
function partsOf(value: string): string[] {
  const whole = value.trim();
  const lines = whole.includes("\n") ? whole.split(/\r?\n/, MOST_LINES).flatMap(partsOfLine) : [];
  return [whole, ...lines, ...fieldsOf(whole), ...passwordsOfUrls(whole)].filter(
    (part) => part.length >= SHORTEST && part.length <= LONGEST && !COMMON.test(part),
  );
}

function partsOfLine(line: string): string[] {
  const text = line.trim();
  const [, name = "", value = ""] =
    /^["']?([\w.-]+)["']?\s*[:=]\s*["']?(.*?)["']?,?$/.exec(text) ?? [];
  const named = isSensitiveName(name) ? [value] : [];
  const shortest = /\s/.test(text) ? SHORTEST_PHRASE : SHORTEST_LINE;
  return text.length >= shortest ? [text, ...named] : named;
}

/** The passwords of addresses such as postgres://user:password@host/, as they stand there and decoded. */
function passwordsOfUrls(text: string): string[] {
  const found = [...text.matchAll(/:\/\/[^\s/:@]{0,200}:([^\s/@]{1,500})@/g)];
  return found.flatMap(([, password = ""]) => [password, decoded(password)]);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (_notEncoded) {
    return text; // a password with a "%" of its own
  }
}

/** What sensitive fields of a JSON text hold, such as the passwords of .dockerconfigjson. */
function fieldsOf(text: string): string[] {
  if (!text.startsWith("{")) return [];
  const found: string[] = [];
  const walk = (value: unknown, name: string) => {
    if (typeof value === "string" && isSensitiveName(name)) {
      found.push(value);
      const [, password] = /^[^:\s]+:(\S+)$/.exec(Buffer.from(value, "base64").toString()) ?? [];
      if (password) found.push(password);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, each] of Object.entries(value)) walk(each, key);
    }
  };
  try {
    walk(JSON.parse(text), "");
  } catch (_notJson) {
    return []; // then the whole value and its lines are all that there is to know
  }
  return found;
}
