import ipaddr from "ipaddr.js";

/** A range of addresses, as nft takes it: `text` is an address, a slash and the length of the prefix, made from numbers. */
export interface Network {
  version: 4 | 6;
  text: string;
}

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/**
 * The networks of a list of IP addresses and CIDRs, without host bits, IPv4 first, and without those that lie within another,
 * because nft refuses a set whose ranges overlap. Or the sentence that says which of them is none.
 */
export function cidrsFrom(texts: readonly unknown[]): Network[] | string {
  const ranges: Range[] = [];
  for (const text of texts) {
    const range = typeof text === "string" ? rangeOf(text) : undefined;
    if (!range)
      return `${JSON.stringify(text)?.slice(0, 60)} is no IP address or CIDR; expected for example "10.0.0.7", "10.0.0.0/8" or "fd00::/64".`;
    ranges.push(range);
  }
  const widestFirst = ranges.toSorted(([, one], [, other]) => one - other);
  const kept: Range[] = [];
  for (const range of widestFirst)
    if (!kept.some((wider) => contains(wider, range))) kept.push(range);
  return kept
    .map(([address, prefix]): Network => {
      const version = address.kind() === "ipv4" ? 4 : 6;
      return { version, text: `${address.toString()}/${prefix}` };
    })
    .sort((one, other) => one.version - other.version);
}

/** Four-part decimal IPv4 or plain IPv6 alone: what else ipaddr.js reads (octal, zones, IPv4 within IPv6) is refused. */
function rangeOf(text: string): Range | undefined {
  const [address = "", prefix, ...rest] = text.split("/");
  if (rest.length > 0 || (prefix !== undefined && !/^(0|[1-9]\d{0,2})$/.test(prefix)))
    return undefined;
  const parsed = addressOf(address);
  if (!parsed) return undefined;
  const bits = parsed.kind() === "ipv4" ? 32 : 128;
  const length = prefix === undefined ? bits : Number(prefix);
  return length > bits ? undefined : [masked(parsed, length), length];
}

function addressOf(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (text.includes("%") || text.includes(".") || !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? undefined : address;
}

function masked(address: ipaddr.IPv4 | ipaddr.IPv6, prefix: number): ipaddr.IPv4 | ipaddr.IPv6 {
  const bytes = address
    .toByteArray()
    .map((byte, index) => byte & (0xff00 >> Math.min(Math.max(prefix - index * 8, 0), 8)) & 0xff);
  return ipaddr.fromByteArray(bytes);
}

function contains([wider, prefix]: Range, [address]: Range): boolean {
  return wider.kind() === address.kind() && address.match(wider, prefix);
}
