// Loaded into a program under test with --import, beside --expose-gc: on SIGUSR1 it collects garbage and writes what it holds
// into the file VITALS_FILE. Nothing of the program itself knows of it.
import { renameSync, writeFileSync } from "node:fs";

const file = process.env.VITALS_FILE ?? "";

process.on("SIGUSR1", () => {
  (globalThis as { gc?: () => void }).gc?.();
  const resources: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  const listeners = process
    .eventNames()
    .reduce((sum, name) => sum + process.listenerCount(name), 0);
  const { heapUsed, external } = process.memoryUsage();
  writeFileSync(`${file}.new`, JSON.stringify({ resources, listeners, heapUsed, external }));
  renameSync(`${file}.new`, file);
});
