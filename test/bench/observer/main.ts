import { Pool } from "undici";
import { lines } from "../../../kubernetes/watch.ts";
import type { Access } from "../world.ts";

/** What an observer is told. */
export interface ObserverOrders {
  admin: Access;
  /** The path of what to watch. */
  path: string;
  /** When an object counts: once its action is Starting, or as soon as it is there. */
  counts: "starting" | "there";
  /** It ends when it has seen so many; those that are there before it starts do not count. */
  count: number;
}

export interface ObserverReport {
  /** When each object was first seen to count, by its name, in ms of the monotonic clock. */
  seenMs: Record<string, number>;
  /** How often the watch ended early and was taken up again by a list. */
  relists: number;
}

interface Seen {
  metadata: { name: string; resourceVersion: string };
  status?: { phase?: string; run?: string };
}

const NOT_YET = ["Pending", "Queued"];

process.once("message", (orders: ObserverOrders) => {
  observe(orders).then(
    (report) => process.send?.(report, () => process.exit(0)),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});

async function observe({ admin, path, counts, count }: ObserverOrders): Promise<ObserverReport> {
  const pool = new Pool(admin.server, { connect: { ca: admin.ca }, bodyTimeout: 0 });
  const headers = { authorization: `Bearer ${admin.token}` };
  const before = new Set<string>();
  const seenMs: Record<string, number> = {};
  let left = count;
  const see = ({ metadata, status }: Seen, nowMs: number) => {
    const { name } = metadata;
    if (before.has(name) || name in seenMs) return;
    if (counts === "starting" && (!status?.run || NOT_YET.includes(status.phase ?? ""))) return;
    seenMs[name] = nowMs;
    left -= 1;
  };
  for (let lists = 0; ; lists++) {
    const answer = await pool.request({ method: "GET", path, headers });
    const list = (await answer.body.json()) as { items: Seen[]; metadata: Seen["metadata"] };
    for (const item of list.items) {
      if (lists === 0) before.add(item.metadata.name);
      else see(item, monotonicMs());
    }
    if (left <= 0) return { seenMs, relists: lists };
    const query = `watch=true&resourceVersion=${list.metadata.resourceVersion}`;
    const watch = await pool.request({ method: "GET", path: `${path}?${query}`, headers });
    if (lists === 0) process.send?.("ready");
    for await (const line of lines(watch.body)) {
      const nowMs = monotonicMs();
      const event = JSON.parse(line) as { type: string; object: Seen };
      if (event.type === "ERROR") break;
      if (event.type !== "DELETED") see(event.object, nowMs);
      if (left <= 0) return { seenMs, relists: lists };
    }
  }
}

function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
