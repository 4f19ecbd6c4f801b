export interface Room {
  readonly availableMemoryBytes: number;
  readonly inotifyInstances: number;
  readonly usedInotifyInstances: number;
  readonly inotifyWatches: number;
}

interface Need {
  readonly memoryBytes: number;
  readonly inotifyInstances: number;
  readonly inotifyWatches: number;
}

const GIB = 2 ** 30;

/**
 * Measured on idle clusters, and a half more of the memory for what runs there. The kubelet, systemd,
 * containerd and kube-proxy of a node have 12 inotify instances open, a control plane's servers 13.
 * https://kind.sigs.k8s.io/docs/user/known-issues/#pod-errors-due-to-too-many-open-files
 */
const WORKER: Need = { memoryBytes: 0.5 * GIB, inotifyInstances: 15, inotifyWatches: 1_000 };
const CONTROL_PLANE: Need = { memoryBytes: 1.5 * GIB, inotifyInstances: 30, inotifyWatches: 2_000 };

/** A sentence for each thing that there is too little of, with what to do about it. */
export function shortagesOf(room: Room, workers: number): string[] {
  const needed = (part: keyof Need) => CONTROL_PLANE[part] + workers * WORKER[part];
  const gib = (bytes: number) => `${(bytes / GIB).toFixed(1)} GiB`;
  const freeInstances = room.inotifyInstances - room.usedInotifyInstances;
  const checks: readonly (readonly [boolean, string])[] = [
    [
      room.availableMemoryBytes >= needed("memoryBytes"),
      `${gib(room.availableMemoryBytes)} of memory are available; expected ${gib(needed("memoryBytes"))}. End what is not needed, or use fewer workers.`,
    ],
    [
      freeInstances >= needed("inotifyInstances"),
      `${freeInstances} of fs.inotify.max_user_instances = ${room.inotifyInstances} are free; expected ${needed("inotifyInstances")}. Delete another kind cluster, or raise the limit: sudo sysctl fs.inotify.max_user_instances=1024`,
    ],
    [
      room.inotifyWatches >= needed("inotifyWatches"),
      `fs.inotify.max_user_watches is ${room.inotifyWatches}; expected at least ${needed("inotifyWatches")}. Raise it: sudo sysctl fs.inotify.max_user_watches=524288`,
    ],
  ];
  return checks.filter(([suffices]) => !suffices).map(([, shortage]) => shortage);
}
