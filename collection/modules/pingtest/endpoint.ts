/** What is asked; `name` is the URL as it was given. */
export type Endpoint =
  | { kind: "http"; name: string; url: URL }
  | { kind: "tcp"; name: string; host: string; port: number }
  | { kind: "icmp"; name: string; host: string };

// A host name or an address; above all it cannot begin like an option of a program.
const HOST = /^(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?|[0-9A-Fa-f:.]{2,45})$/;

/**
 * The endpoint that a URL names.
 *
 * @throws an Error with the URL and what was expected. A URL with a password is refused unseen, because names of endpoints
 * are shown in reports.
 */
export function endpointFrom(name: string): Endpoint {
  if (!URL.canParse(name)) throw new Error(`The target ${show(name)} is no URL; ${EXPECTED}`);
  const url = new URL(name);
  if (url.username || url.password) {
    throw new Error(
      `A target of the host ${url.hostname} has a user name or password in its URL, which a report would show; leave them out.`,
    );
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (!HOST.test(host)) throw new Error(`The target ${show(name)} names no host; ${EXPECTED}`);
  switch (url.protocol) {
    case "http:":
    case "https:":
      return { kind: "http", name, url };
    case "tcp:":
      if (!url.port) throw new Error(`The target ${show(name)} names no port; ${EXPECTED}`);
      return { kind: "tcp", name, host, port: Number(url.port) };
    case "icmp:":
      return { kind: "icmp", name, host };
    default:
      throw new Error(`The target ${show(name)} has the scheme ${url.protocol} ${EXPECTED}`);
  }
}

const EXPECTED =
  "expected for example http://web.shop.svc, https://example.org/healthz, tcp://db.shop.svc:5432 or icmp://10.0.0.1.";

function show(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}
