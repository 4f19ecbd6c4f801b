import type { TokenConfig } from "../config/config.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The tokens of a configuration, as the environment has them. */
export interface Tokens {
  /** The headers that carry a host's token; none where the way there is not safe. */
  headersFor(url: URL): Readonly<Record<string, string>>;
  /** What a person should know, one line each; no token is in them. */
  readonly warnings: readonly string[];
  /** All that must never be seen, for those who write what came from the network. */
  readonly secrets: readonly string[];
}

/** Characters of a header's value: https://www.rfc-editor.org/rfc/rfc9110#name-field-values */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]+$/u;

/** Looks the configured tokens up. One that is missing or unfit is a warning; its host is then read without. */
export function tokensOf(configured: readonly TokenConfig[], environment: Environment): Tokens {
  const found = configured.map((token) => ({
    ...token,
    value: environment[token.variable]?.trim() ?? "",
  }));
  const usable = found.filter(({ value }) => HEADER_VALUE.test(value));
  return {
    headersFor: (url) => {
      const token = isSafe(url) ? usable.find(({ host }) => isOf(url, host)) : undefined;
      return token === undefined ? {} : headerOf(token);
    },
    warnings: found
      .filter(({ value }) => !HEADER_VALUE.test(value))
      .map(({ host, variable, value }) =>
        value === ""
          ? `The environment variable ${variable} is not set: ${host} is read without a token.`
          : `The environment variable ${variable} holds characters that no header may have: ${host} is read without a token.`,
      ),
    secrets: usable.flatMap(({ value }) => secretForms(value)),
  };
}

/** Whether what is sent there cannot be read on the way: https, or this machine itself. */
export function isSafe({ protocol, hostname }: URL): boolean {
  const isLoopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u.test(hostname);
  return protocol === "https:" || isLoopback;
}

/** A token as it is, and as basic authorization sends it; its user's name alone is no secret. */
export function secretForms(value: string): string[] {
  const password = value.slice(value.indexOf(":") + 1);
  return [value, Buffer.from(value).toString("base64"), password].filter(
    (secret) => secret.length >= 4,
  );
}

/** A host without a port stands for that of the protocol alone: another port may be another person's server. */
function isOf(url: URL, host: string): boolean {
  return URL.parse(`${url.protocol}//${host}`)?.host === url.host;
}

function headerOf({ as, value }: TokenConfig & { readonly value: string }): Record<string, string> {
  if (as === "bearer") return { authorization: `Bearer ${value}` };
  if (as === "basic") return { authorization: `Basic ${Buffer.from(value).toString("base64")}` };
  return { [as.header.toLowerCase()]: value };
}
