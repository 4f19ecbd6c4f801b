import { readFile } from "node:fs/promises";

/** Of each second the kernel makes so many clock ticks for user space on every architecture: time(7), sysconf(3). */
const TICKS_PER_SECOND = 100;

/** The CPU time that a process has used so far, all its threads together, in seconds: proc_pid_stat(5). */
export async function cpuSeconds(pid: number): Promise<number> {
  return cpuSecondsIn(await readFile(`/proc/${pid}/stat`, "utf8"));
}

/** Reads /proc/PID/stat; the program's name may hold blanks and brackets. */
export function cpuSecondsIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system] = [fields[11], fields[12]]; // utime and stime are 14 and 15, and the state is 3
  return (Number(user) + Number(system)) / TICKS_PER_SECOND;
}

/** Resident memory in MB (10^6 bytes): now, at its highest so far, and of now what no file backs. */
export interface Memory {
  residentMb: number;
  highestMb: number;
  anonymousMb: number;
}

export async function memory(pid: number): Promise<Memory> {
  return memoryIn(await readFile(`/proc/${pid}/status`, "utf8"));
}

/** Reads /proc/PID/status: proc_pid_status(5). */
export function memoryIn(status: string): Memory {
  const mb = (name: string) => {
    const [, kib] = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status) ?? [];
    if (kib === undefined) throw new Error(`There is no ${name} in:\n${status}`);
    return (Number(kib) * 1024) / 1e6;
  };
  return { residentMb: mb("VmRSS"), highestMb: mb("VmHWM"), anonymousMb: mb("RssAnon") };
}
