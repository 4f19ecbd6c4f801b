import ipaddr from "ipaddr.js";
import type { Client } from "../../../kubernetes/client.ts";
import type { Resource, ResourceType } from "../../../kubernetes/resources.ts";

/** Who is at the other end: addresses, pods of the targets' namespace, or both; at least one. */
export interface Peers {
  cidrs?: string[];
  matchLabels?: Record<string, string>;
}

/** The part of a core/v1 Pod that is looked at here. */
interface Pod extends Resource {
  spec?: { hostNetwork?: boolean };
  status?: { podIPs?: { ip: string }[] };
}

const pods: ResourceType<Pod> = {
  apiVersion: "v1",
  kind: "Pod",
  plural: "pods",
  namespaced: true,
};

const EVERYBODY = ["0.0.0.0/0", "::/0"];
const PAGE = 500;
const ADDRESSES_LIMIT = 1000; // what a helper takes

export const PEERS =
  'cidrs (IP addresses or CIDRs), matchLabels (labels of pods), or both, for example {"cidrs": ["10.0.0.0/8"]}';

// https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
const LABEL_KEY =
  /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?$/;

export function isPeers(value: unknown): value is Peers {
  if (!isFields(value)) return false;
  const { cidrs, matchLabels, ...others } = value;
  if (Object.keys(others).length > 0) return false;
  if (cidrs === undefined && matchLabels === undefined) return false;
  const areAddresses = cidrs === undefined || (isFilled(cidrs) && cidrs.every(isAddress));
  return areAddresses && (matchLabels === undefined || areLabels(matchLabels));
}

/**
 * The addresses of the peers as they are now; without `peers`, everybody's.
 *
 * @throws where labels are named and no pod that has an address of its own has them, or there are too many.
 */
export async function peerAddresses(
  client: Pick<Client, "list">,
  { namespace, peers }: { namespace: string; peers: Peers | undefined },
): Promise<string[]> {
  if (!peers) return EVERYBODY;
  const { cidrs = [], matchLabels } = peers;
  const found = matchLabels ? await addressesOfPods(client, namespace, matchLabels) : [];
  if (matchLabels && found.length === 0) {
    throw new Error(
      `peers.matchLabels is ${JSON.stringify(matchLabels)}; no pod of the namespace ${namespace} with these labels has an address of its own.`,
    );
  }
  const all = [...new Set([...cidrs, ...found])];
  if (all.length > ADDRESSES_LIMIT)
    throw new Error(`peers are ${all.length} addresses; expected at most ${ADDRESSES_LIMIT}.`);
  return all;
}

async function addressesOfPods(
  client: Pick<Client, "list">,
  namespace: string,
  matchLabels: Record<string, string>,
): Promise<string[]> {
  const labelSelector = Object.entries(matchLabels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  const addresses: string[] = [];
  let next: string | undefined;
  do {
    const query = { labelSelector, limit: PAGE, continue: next };
    const page = await client.list(pods, { namespace, query });
    // The address of a pod with hostNetwork is that of its node and of everything else there.
    for (const { spec, status } of page.items) {
      if (!spec?.hostNetwork) addresses.push(...(status?.podIPs ?? []).map(({ ip }) => ip));
    }
    next = page.metadata.continue || undefined;
  } while (next !== undefined);
  return addresses;
}

function isAddress(text: unknown): boolean {
  return typeof text === "string" && (ipaddr.isValid(text) || ipaddr.isValidCIDR(text));
}

function areLabels(value: unknown): boolean {
  if (!isFields(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length > 0 &&
    entries.every(
      ([key, text]) => LABEL_KEY.test(key) && typeof text === "string" && LABEL_VALUE.test(text),
    )
  );
}

function isFilled(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length > 0;
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
