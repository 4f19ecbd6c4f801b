import { type LookupAddress, lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";

/** Hosts ("127.0.0.1", "ci.lan:8080") that may have private addresses: a port narrows the permission. */
export type AllowedPrivate = ReadonlySet<string>;

/** A badge's address is private (loopback, LAN, link-local, metadata service …) and not allow-listed. */
export class PrivateAddressError extends Error {
  override readonly name = "PrivateAddressError";

  constructor(host: string, address: string) {
    super(
      `${host} has the private address ${address}; to read badges there, ` +
        `allow it with --allow-private ${host} or under "allowPrivate:" in the configuration`,
    );
  }
}

/** Whether an IP address is a public one: https://www.iana.org/assignments/iana-ipv4-special-registry/ */
function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "unicast";
}

/** Throws PrivateAddressError if a URL names a private IP address itself; names are checked on lookup. */
export function refusePrivateLiteral(url: URL, allowed: AllowedPrivate): void {
  if (isAllowed(url, allowed)) return;
  const host = url.hostname.replace(/^\[|\]$/gu, "");
  if (!ipaddr.isValid(host) || isPublic(host)) return;
  throw new PrivateAddressError(url.host, host);
}

/** Whether a URL's host, with or without its port, is on the list. */
export function isAllowed(url: URL, allowed: AllowedPrivate): boolean {
  return allowed.has(url.hostname) || allowed.has(url.host);
}

/**
 * A lookup for sockets that fails on a name with any private address. The socket then uses the very
 * addresses that were checked, so a name cannot change its answer in between.
 */
export function publicLookup(hostname: string, options: object, callback: LookupCallback): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const hidden = addresses?.find(({ address }) => !isPublic(address));
    if (error) callback(error, []);
    else if (hidden) callback(new PrivateAddressError(hostname, hidden.address), []);
    else answer(options, addresses, callback);
  });
}

type LookupCallback = Parameters<LookupFunction>[2];

function answer(options: object, addresses: LookupAddress[], callback: LookupCallback): void {
  const [first] = addresses;
  if ("all" in options && options.all === true) callback(null, addresses);
  else if (first === undefined) callback(new Error("the name has no address"), []);
  else callback(null, first.address, first.family);
}
