import { EGRESS, INGRESS } from "./ruleset.ts";

/** What a table of ours shows of its effect. */
export interface Counters {
  ingressPacketsDropped: number;
  egressPacketsDropped: number;
  packetsDropped: number;
  bytesDropped: number;
  /** Seconds until the kernel ends the drop; 0 once it has. */
  expiresInSeconds: number;
}

/**
 * The counters in what `nft --json list table` printed. libnftables-json(5)
 *
 * @throws if the text is no JSON of that kind.
 */
export function countersFrom(text: string): Counters {
  const { nftables } = JSON.parse(text) as { nftables?: Item[] };
  if (!Array.isArray(nftables))
    throw new Error(`nft printed ${text.slice(0, 100)}; expected JSON with nftables.`);
  const named = (name: string) =>
    nftables.find(({ counter }) => counter?.name === name)?.counter ?? { packets: 0, bytes: 0 };
  const [ingress, egress] = [named(INGRESS), named(EGRESS)];
  const armed = nftables.find(({ set }) => set?.name === "armed")?.set?.elem ?? [];
  return {
    ingressPacketsDropped: ingress.packets,
    egressPacketsDropped: egress.packets,
    packetsDropped: ingress.packets + egress.packets,
    bytesDropped: ingress.bytes + egress.bytes,
    expiresInSeconds: Math.max(0, ...armed.map(({ elem }) => elem?.expires ?? 0)),
  };
}

interface Item {
  counter?: { name: string; packets: number; bytes: number };
  set?: { name: string; elem?: { elem?: { expires?: number } }[] };
}
