import { readdir, readFile, readlink } from "node:fs/promises";
import { freemem } from "node:os";
import { type Room, shortagesOf } from "./room-shortages.ts";

/**
 * Throws one error that lists what there is too little of for a cluster of one control plane and so
 * many workers. Without room for its watches a kubelet does not start, and kind gives up after
 * four minutes, without that reason.
 */
export async function refuseWithoutRoom(workers: number): Promise<void> {
  const shortages = shortagesOf(await room(), workers);
  if (shortages.length === 0) return;
  throw new Error(
    [
      `There is no room on this machine for a cluster of ${workers + 1} nodes.`,
      ...shortages.map((one) => `  - ${one}`),
    ].join("\n"),
  );
}

async function room(): Promise<Room> {
  const [instances, watches] = await Promise.all(
    ["max_user_instances", "max_user_watches"].map((name) =>
      readFile(`/proc/sys/fs/inotify/${name}`, "utf8"),
    ),
  );
  return {
    availableMemoryBytes: freemem(),
    inotifyInstances: Number(instances),
    // The limit is per user and nodes are root's; only root sees what root's processes have open.
    usedInotifyInstances: process.getuid?.() === 0 ? await countInotifyInstances() : 0,
    inotifyWatches: Number(watches),
  };
}

async function countInotifyInstances(): Promise<number> {
  const processes = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const counts = await Promise.all(
    processes.map(async (id) => {
      // Processes and files that are gone since the folder was read count for nothing.
      const files = await readdir(`/proc/${id}/fd`).catch(() => []);
      const targets = await Promise.all(
        files.map((file) => readlink(`/proc/${id}/fd/${file}`).catch(() => "")),
      );
      return targets.filter((target) => target === "anon_inode:inotify").length;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
