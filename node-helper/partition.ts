import { cidrsFrom, type Network } from "./network.ts";

export type Direction = "ingress" | "egress" | "both";
export type Protocol = "tcp" | "udp" | "icmp" | "any";

/** Which packets of a pod are dropped, with nothing in it but checked numbers and words: rulesets are made from it. */
export interface Partition {
  direction: Direction;
  /** Those at the other end; nothing overlaps. */
  peers: readonly Network[];
  /** Destination ports, each once; empty for all. */
  ports: readonly number[];
  protocol: Protocol;
  /** How long to wait for a first dropped packet before answering. */
  watchSeconds: number;
}

const DIRECTIONS: readonly unknown[] = ["ingress", "egress", "both"] satisfies Direction[];
const PROTOCOLS: readonly unknown[] = ["tcp", "udp", "icmp", "any"] satisfies Protocol[];
const FIELDS = ["direction", "peers", "ports", "protocol", "watchSeconds"];
const PEERS_LIMIT = 1000;
const PORTS_LIMIT = 100;
const WATCH_LIMIT_SECONDS = 30;

/** The partition that an order's `args` ask for, or the sentence that says what is wrong with them. */
export function parsePartition(args: unknown): Partition | string {
  if (typeof args !== "object" || args === null || Array.isArray(args))
    return `args is ${show(args)}; expected an object with ${FIELDS.join(", ")}.`;
  const fields = args as Record<string, unknown>;
  const unknown = Object.keys(fields).filter((name) => !FIELDS.includes(name));
  if (unknown.length > 0)
    return `args has ${unknown.slice(0, 5).map(show).join(", ")}; expected ${FIELDS.join(", ")} alone.`;
  const { direction, peers, ports = [], protocol, watchSeconds = 0 } = fields;
  if (!isDirection(direction))
    return `args.direction is ${show(direction)}; expected one of ${DIRECTIONS.join(", ")}.`;
  if (!isProtocol(protocol))
    return `args.protocol is ${show(protocol)}; expected one of ${PROTOCOLS.join(", ")}.`;
  if (!Array.isArray(peers) || peers.length === 0 || peers.length > PEERS_LIMIT)
    return `args.peers is ${show(peers)}; expected 1 to ${PEERS_LIMIT} IP addresses or CIDRs.`;
  const networks = cidrsFrom(peers);
  if (typeof networks === "string") return `args.peers: ${networks}`;
  if (!Array.isArray(ports) || ports.length > PORTS_LIMIT || !ports.every(isPort))
    return `args.ports is ${show(ports)}; expected at most ${PORTS_LIMIT} whole numbers from 1 to 65535.`;
  if (ports.length > 0 && protocol === "icmp")
    return "args.ports goes with the protocols tcp, udp and any; icmp has no ports.";
  if (!isWatchSeconds(watchSeconds))
    return `args.watchSeconds is ${show(watchSeconds)}; expected a number from 0 to ${WATCH_LIMIT_SECONDS}.`;
  const sorted = [...new Set(ports)].sort((one, other) => one - other);
  return { direction, peers: networks, ports: sorted, protocol, watchSeconds };
}

function isDirection(value: unknown): value is Direction {
  return DIRECTIONS.includes(value);
}

function isProtocol(value: unknown): value is Protocol {
  return PROTOCOLS.includes(value);
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65_535;
}

function isWatchSeconds(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= WATCH_LIMIT_SECONDS;
}

function show(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 80) ?? "missing";
}
