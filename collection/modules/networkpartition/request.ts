import { ArgumentError, ArgumentReader, isText } from "../ansible/arguments.ts";
import { isPeers, PEERS, type Peers } from "./peers.ts";

export interface TargetPod {
  name: string;
  namespace: string;
  uid: string;
  /** The node that it runs on. */
  node: string;
}

const STATES = ["partitioned", "joined"] as const;
const DIRECTIONS = ["ingress", "egress", "both"] as const;
const PROTOCOLS = ["tcp", "udp", "icmp", "any"] as const;

export interface PartitionRequest {
  state: "partitioned";
  /** All in one namespace, at least one. */
  targets: TargetPod[];
  direction: (typeof DIRECTIONS)[number];
  /** Undefined for everybody. */
  peers: Peers | undefined;
  ports: number[];
  protocol: (typeof PROTOCOLS)[number];
  observeSeconds: number;
  holdSeconds: number;
}

export interface JoinRequest {
  state: "joined";
  records: PartitionRecord[];
}

/** An open record of a pod that was, or was to be, partitioned. */
export interface PartitionRecord {
  id: string;
  target: TargetPod;
}

/** @throws ArgumentError */
export function requestFrom(
  fields: Readonly<Record<string, unknown>>,
): PartitionRequest | JoinRequest {
  const reader = new ArgumentReader(fields);
  const state = reader.required("state", reader.choice("state", STATES));
  return state === "joined" ? joinRequest(reader) : partitionRequest(reader);
}

function joinRequest(reader: ArgumentReader): JoinRequest {
  const expected = "a record of this module, whose args have target";
  const undo = reader.required("undo", reader.list("undo", expected, isRecord));
  reader.check();
  return { state: "joined", records: undo.map(({ id, args }) => ({ id, target: args.target })) };
}

function partitionRequest(reader: ArgumentReader): PartitionRequest {
  const expected = "a pod with name, namespace, uid and node";
  const targets = reader.required("targets", reader.list("targets", expected, isTarget));
  const direction = reader.choice("direction", DIRECTIONS) ?? "both";
  const peers = reader.value("peers", PEERS, isPeers);
  const ports = reader.list("ports", "a whole number from 1 to 65535", isPort) ?? [];
  const protocol = reader.choice("protocol", PROTOCOLS) ?? "any";
  const observeSeconds = reader.number("observeSeconds", { minimum: 0, maximum: 30 }) ?? 5;
  const hold = reader.number("holdSeconds", { minimum: 1, maximum: 86_400 });
  const holdSeconds = reader.required("holdSeconds", hold);
  reader.check();
  const problems: string[] = [];
  const [first] = targets;
  if (!first) problems.push("targets is empty: there is no pod to partition.");
  const elsewhere = targets.find(({ namespace }) => namespace !== first?.namespace);
  if (elsewhere)
    problems.push(
      `targets are in two namespaces, ${first?.namespace} and ${elsewhere.namespace}; expected one.`,
    );
  if (protocol === "icmp" && ports.length > 0)
    problems.push("ports goes with the protocols tcp, udp and any; icmp has none.");
  if (problems.length > 0) throw new ArgumentError(problems);
  return {
    state: "partitioned",
    ...{ targets, direction, peers, ports, protocol, observeSeconds, holdSeconds },
  };
}

function isTarget(item: unknown): item is TargetPod {
  if (typeof item !== "object" || item === null) return false;
  const { name, namespace, uid, node } = item as Record<string, unknown>;
  return isText(name) && isText(namespace) && isText(uid) && isText(node);
}

function isRecord(item: unknown): item is { id: string; args: { target: TargetPod } } {
  if (typeof item !== "object" || item === null) return false;
  const { id, args } = item as { id?: unknown; args?: { target?: unknown } };
  return isText(id) && isTarget(args?.target);
}

function isPort(item: unknown): item is number {
  return Number.isInteger(item) && (item as number) >= 1 && (item as number) <= 65_535;
}
