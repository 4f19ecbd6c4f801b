import { readdir, readFile, rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

/** What the operator holds at one moment. */
export interface Vitals {
  /** Seconds since the churn began. */
  atSeconds: number;
  residentBytes: number;
  heapBytes: number;
  fileDescriptors: number;
  timers: number;
  /** Sockets, as Node.js counts them. */
  sockets: number;
  /** Listeners of the process's own events. */
  listeners: number;
}

const ANSWER_MS = 10_000;

/** Looks at a process from outside, and has it say from inside what only it knows (test/support/preload/vitals.ts). */
export async function vitalsOf(pid: number, file: string, atSeconds: number): Promise<Vitals> {
  await rm(file, { force: true });
  process.kill(pid, "SIGUSR1");
  const told = await answerIn(file);
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const [, residentKb = "0"] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  const { resources, listeners, heapUsed } = JSON.parse(told) as {
    resources: Record<string, number>;
    listeners: number;
    heapUsed: number;
  };
  const sockets = (resources.TCPSocketWrap ?? 0) + (resources.TLSWrap ?? 0);
  return {
    ...{ atSeconds, listeners, sockets },
    residentBytes: Number(residentKb) * 1024,
    heapBytes: heapUsed,
    fileDescriptors: (await readdir(`/proc/${pid}/fd`)).length,
    timers: resources.Timeout ?? 0,
  };
}

async function answerIn(file: string): Promise<string> {
  const deadline = performance.now() + ANSWER_MS;
  for (;;) {
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text !== undefined) return text;
    if (performance.now() > deadline)
      throw new Error(
        `The operator did not write ${file} within ${ANSWER_MS / 1000} s of SIGUSR1.`,
      );
    await delay(20);
  }
}
