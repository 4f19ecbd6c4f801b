import { access, readFile } from "node:fs/promises";

const CAP_SYS_RESOURCE = 24n; // capabilities(7), linux/capability.h

export interface ProcessStatus {
  readonly userId: number;
  /** Whether this process may raise hard limits. */
  readonly maySetLimits: boolean;
  /** /proc/self/limits */
  readonly limits: string;
  readonly largestProcessId: number;
}

export async function processStatus(): Promise<ProcessStatus> {
  const [status, limits, largest] = await Promise.all([
    readFile("/proc/self/status", "utf8"),
    readFile("/proc/self/limits", "utf8"),
    readFile("/proc/sys/kernel/pid_max", "utf8"),
  ]);
  return {
    userId: process.getuid?.() ?? -1,
    maySetLimits: hasCapability(status, CAP_SYS_RESOURCE),
    limits,
    largestProcessId: Number(largest),
  };
}

/** Whether the effective set in a /proc/PID/status holds the capability with that number. */
export function hasCapability(status: string, capability: bigint): boolean {
  const [, digits] = /^CapEff:\s*([0-9a-f]+)$/m.exec(status) ?? [];
  return digits !== undefined && ((BigInt(`0x${digits}`) >> capability) & 1n) === 1n;
}

/** Which cgroups the machine's containers get. https://systemd.io/CGROUP_DELEGATION/ */
export async function cgroupVersion(): Promise<1 | 2> {
  return access("/sys/fs/cgroup/cgroup.controllers").then(
    () => 2,
    () => 1,
  );
}
