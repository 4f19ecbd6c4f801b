const UID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether it is a UID as the API server makes them. https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#uids */
export function isUid(text: string): boolean {
  return UID.test(text);
}

/**
 * Whether a process belongs to the pod with that UID, by the text of its /proc/PID/cgroup: the kubelet names a pod's cgroup
 * "pod" and the UID with the cgroup driver cgroupfs, and with underscores in a slice with systemd; each line of it is a
 * hierarchy of cgroup v1, and "0::" is the one of v2. cgroups(7)
 */
export function isOfPod(cgroupText: string, uid: string): boolean {
  if (!isUid(uid)) return false;
  const names = [`pod${uid}`, `pod${uid.replaceAll("-", "_")}.slice`];
  return cgroupText.split("\n").some((line) =>
    line
      .split("/")
      .slice(1)
      .some((part) => names.some((name) => part === name || part.endsWith(`-${name}`))),
  );
}

/** When a process started, in clock ticks since boot, by the text of its /proc/PID/stat; field 22 of proc_pid_stat(5). */
export function startTimeOf(statText: string): number {
  // The program's name is in parentheses and may hold anything.
  const rest = statText.slice(statText.lastIndexOf(")") + 2).split(" ");
  return Number(rest[19]);
}
