import type { IncomingHttpHeaders } from "node:http";

/** Who asks, as far as the token says; the API server checks it, the proxy only reads it. */
export interface Caller {
  /** "system:serviceaccount:NAMESPACE:NAME", or "token" for one that is no JSON web token. */
  user: string;
  /** The pod that the token is bound to. */
  pod: string | undefined;
  agent: string;
  token: string;
}

/** A request on its way through the proxy. */
export interface ProxiedRequest {
  caller: Caller;
  method: string;
  path: string;
  query: URLSearchParams;
  body: string;
  isWrite: boolean;
  isWatch: boolean;
  /** What it writes, the same for every run: "PATCH pystolruns/status claim,startTime". */
  label: string;
}

/** Reads the claims of a service account's token: https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens */
export function callerOf(headers: IncomingHttpHeaders): Caller {
  const agent = headers["user-agent"] ?? "";
  const token = headers.authorization?.slice("Bearer ".length) ?? "";
  const payload = token.split(".")[1];
  if (!payload) return { user: "token", pod: undefined, agent, token };
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as {
    sub: string;
    "kubernetes.io"?: { pod?: { name: string } };
  };
  return { user: claims.sub, pod: claims["kubernetes.io"]?.pod?.name, agent, token };
}

/** Method, resource and what the body sets; names and UIDs are left out, so that two runs have equal labels. */
export function labelOf(method: string, path: string, body: string): string {
  const parts = path.split("/").filter(Boolean);
  const below = parts.slice(parts[0] === "api" ? 2 : 3);
  const inNamespace = below[0] === "namespaces" && below.length > 2 ? below.slice(2) : below;
  const [plural = "", , subresource] = inNamespace;
  const resource = subresource ? `${plural}/${subresource}` : plural;
  const what = method === "PATCH" ? ` ${summaryOf(body)}` : "";
  return `${method} ${resource}${what}`;
}

function summaryOf(body: string): string {
  const patch = JSON.parse(body) as Record<string, unknown> | { op: string; path: string }[];
  if (Array.isArray(patch)) {
    const changes = patch.filter(({ op }) => op !== "test");
    return unique(changes.map(({ path }) => pathWithoutIds(path))).join(",");
  }
  const { metadata, spec, status, data } = patch as Record<string, Record<string, unknown>>;
  if (patch.apiVersion && status) return `phase=${status.phase}`;
  const words = [...keysOf(metadata), ...keysOf(spec), ...keysOf(status), ...keysOf(data)];
  return unique(words.filter((word) => word !== "uid" && word !== "resourceVersion")).join(",");
}

function keysOf(value: Record<string, unknown> | undefined): string[] {
  return Object.keys(value ?? {});
}

/** "/status/records/3/state" and "/status/records/-" as "records". */
function pathWithoutIds(path: string): string {
  return path.split("/").slice(2, 3).join("");
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}
