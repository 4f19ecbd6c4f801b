import { createHash } from "node:crypto";
import type { Network } from "./network.ts";
import type { Partition } from "./partition.ts";

export const INGRESS = "ingress";
export const EGRESS = "egress";

/** Before connection tracking and address translation, so that packets are judged as they are on the wire. nft(8), "priority" */
const PRIORITY_RAW = -300;

/** What finds neighbours and routers in IPv6, as ARP does in IPv4: without it a pod would not be back at once. RFC 4861 */
const NEIGHBOURS = "nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert";

/** The name of the table of one order of one run, the same whenever it is asked. */
export function tableOf(run: string, order: string): string {
  const hash = createHash("sha256").update(`${run} ${order}`).digest("hex");
  return `pystol_${hash.slice(0, 16)}`;
}

/**
 * The commands for nft that make a partition, to be carried out in one transaction; they fail if the table exists, so that a
 * timer is never armed anew. Every rule that drops asks whether the packet's protocol is in the set `armed`, whose
 * elements the kernel removes after `holdSeconds`: the drop ends by itself. nft(8), "set", "timeout"
 */
export function rulesetText(
  table: string,
  { partition, holdSeconds }: { partition: Partition; holdSeconds: number },
): string {
  const { direction } = partition;
  const timeout = `timeout ${holdSeconds}s`;
  return [
    `create table inet ${table}`,
    `add set inet ${table} armed { typeof meta nfproto; flags timeout; }`,
    `add element inet ${table} armed { ipv4 ${timeout}, ipv6 ${timeout} }`,
    ...(direction === "egress" ? [] : chain(table, INGRESS, partition)),
    ...(direction === "ingress" ? [] : chain(table, EGRESS, partition)),
    "",
  ].join("\n");
}

/** Removes the table, and succeeds where there is none. */
export function removalText(table: string): string {
  return `add table inet ${table}\ndelete table inet ${table}\n`;
}

function chain(
  table: string,
  name: typeof INGRESS | typeof EGRESS,
  partition: Partition,
): string[] {
  const isIngress = name === INGRESS;
  const hook = `type filter hook ${isIngress ? "prerouting" : "output"} priority ${PRIORITY_RAW}; policy accept;`;
  const rule = (text: string) => `add rule inet ${table} ${name} ${text}`;
  return [
    `add counter inet ${table} ${name}`,
    `add chain inet ${table} ${name} { ${hook} }`,
    rule(`${isIngress ? "iifname" : "oifname"} "lo" accept`),
    rule(`icmpv6 type { ${NEIGHBOURS} } accept`),
    ...([4, 6] as const).flatMap((version) => {
      const peers = partition.peers.filter((peer) => peer.version === version);
      if (peers.length === 0) return [];
      const what = [peersMatch(version, peers, isIngress), protocolMatch(version, partition)];
      // The timer is asked last: nft 1.1 takes no addresses after a protocol that only a set knows.
      const matches = [...what, "meta nfproto @armed"].filter(Boolean).join(" ");
      return [rule(`${matches} counter name "${name}" drop`)];
    }),
  ];
}

function peersMatch(version: 4 | 6, peers: readonly Network[], isIngress: boolean): string {
  const field = `${version === 4 ? "ip" : "ip6"} ${isIngress ? "saddr" : "daddr"}`;
  return `${field} { ${peers.map(({ text }) => text).join(", ")} }`;
}

function protocolMatch(version: 4 | 6, { protocol, ports }: Partition): string {
  if (protocol === "icmp") return `meta l4proto ${version === 4 ? "icmp" : "ipv6-icmp"}`;
  const transport = protocol === "any" ? "{ tcp, udp }" : protocol;
  if (ports.length > 0) return `meta l4proto ${transport} th dport { ${ports.join(", ")} }`;
  return protocol === "any" ? "" : `meta l4proto ${protocol}`;
}
