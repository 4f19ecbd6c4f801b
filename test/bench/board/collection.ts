import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { collectBoard } from "../../../board/collect/collect-board.ts";
import { type BoardConfig, DEFAULTS } from "../../../board/config/config.ts";

export interface CollectionLoad {
  readonly badges: number;
  readonly hosts: number;
  /** Of each answer. */
  readonly latencyMs: number;
  /** To one host. */
  readonly connections: number;
  /** How often it is measured, each time with a new state. */
  readonly rounds?: number;
}

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export interface CollectionFigures {
  /** What the limits leave possible: as many rounds as a host's badges need, each as long as the latency. */
  readonly boundSeconds: number;
  /** The first time in a process, when nothing is compiled yet. */
  readonly coldSeconds: number;
  readonly seconds: Spread;
  /** Seconds by the bound. */
  readonly ratio: Spread;
  /** The most requests that one host had at one time. */
  readonly mostAtOnce: number;
  readonly second: {
    readonly seconds: Spread;
    readonly unchanged: number;
    readonly whole: number;
    readonly bodyBytes: number;
  };
}

interface Sent {
  readonly whole: number;
  readonly unchanged: number;
  readonly bodyBytes: number;
  readonly mostAtOnce: number;
}

/** Measures a whole collection, from reading the state file to writing it, and one after it. */
export async function measureCollection(load: CollectionLoad): Promise<CollectionFigures> {
  const { badges, hosts, latencyMs, connections, rounds = 5 } = load;
  const script = fileURLToPath(new URL("badge-hosts.ts", import.meta.url));
  const servers = fork(script, [String(hosts), String(latencyMs)]);
  try {
    const [origins] = (await once(servers, "message")) as [string[]];
    const sent = async (): Promise<Sent> => {
      servers.send("sent");
      const [counts] = (await once(servers, "message")) as [Sent];
      return counts;
    };
    const config = configOf(origins, badges, connections);
    const first: number[] = [];
    const second: number[] = [];
    let mostAtOnce = 0;
    const again = { unchanged: Number.POSITIVE_INFINITY, whole: 0, bodyBytes: 0 };
    for (let round = 0; round <= rounds; round += 1) {
      await using folder = await mkdtempDisposable(join(tmpdir(), "board-bench-"));
      const statePath = join(folder.path, "state.json");
      first.push(await secondsOf(config, statePath, badges));
      mostAtOnce = Math.max(mostAtOnce, (await sent()).mostAtOnce);
      second.push(await secondsOf(config, statePath, badges));
      const counts = await sent();
      again.unchanged = Math.min(again.unchanged, counts.unchanged);
      again.whole = Math.max(again.whole, counts.whole);
      again.bodyBytes = Math.max(again.bodyBytes, counts.bodyBytes);
    }
    const boundSeconds = (Math.ceil(badges / hosts / connections) * latencyMs) / 1000;
    const [coldSeconds = 0, ...warm] = first;
    return {
      boundSeconds,
      coldSeconds,
      seconds: spreadOf(warm),
      ratio: spreadOf(warm.map((seconds) => seconds / boundSeconds)),
      mostAtOnce,
      second: { seconds: spreadOf(second.slice(1)), ...again },
    };
  } finally {
    if (servers.connected) servers.disconnect();
  }
}

function configOf(origins: readonly string[], badges: number, connections: number): BoardConfig {
  const tiles = Array.from({ length: badges }, (_, at) => {
    return { label: `tile ${at}`, badge: `${origins[at % origins.length]}/${at}.svg` };
  });
  return {
    ...DEFAULTS,
    requestsPerHost: connections,
    allowPrivate: ["127.0.0.1"],
    groups: [{ name: "all", badges: tiles }],
  };
}

async function secondsOf(config: BoardConfig, statePath: string, badges: number): Promise<number> {
  const begin = performance.now();
  const { read } = await collectBoard({ config, statePath });
  const seconds = (performance.now() - begin) / 1000;
  if (read !== badges) throw new Error(`${badges - read} of ${badges} badges were not read`);
  return seconds;
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return { min: at(0), median: at(0.5), max: at(1) };
}
