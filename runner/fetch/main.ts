import { writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { fetchCollection } from "./collection.ts";
import { UnreachableError } from "./requests.ts";
import { parseCollection, parseSource } from "./source.ts";

/**
 * The init container of a run whose role has a source: puts the collection of PYSTOL_COLLECTION, from PYSTOL_SOURCE, below
 * PYSTOL_COLLECTIONS_FOLDER, by default /collections. Exit code 0, or 1 with one sentence as the termination message.
 */
const TIMEOUT_MS = 120_000;
const RETRIES_MS = [1000, 3000];
const LONGEST_MESSAGE = 1000; // characters; the kubelet takes 4096 bytes

process.exitCode = 1; // until it has succeeded
void main().then(
  () => {
    process.exitCode = 0;
  },
  async (error: Error) => {
    const message = error.message.replace(/\s+/g, " ").slice(0, LONGEST_MESSAGE);
    console.error(`pystol fetch: ${message}`);
    const file = process.env.PYSTOL_TERMINATION_LOG ?? "/dev/termination-log";
    await writeFile(file, message).catch((problem: Error) =>
      console.error(`pystol fetch: cannot write ${file}: ${problem.message}`),
    );
  },
);

async function main(): Promise<void> {
  const { PYSTOL_SOURCE, PYSTOL_COLLECTION, PYSTOL_COLLECTIONS_FOLDER } = process.env;
  const collection = parseCollection(PYSTOL_COLLECTION);
  const source = parseSource(PYSTOL_SOURCE);
  const folder = PYSTOL_COLLECTIONS_FOLDER ?? "/collections";
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  for (const retryMs of [...RETRIES_MS, undefined]) {
    try {
      return await fetchCollection(source, collection, { folder, signal });
    } catch (error) {
      const mayHelp = error instanceof UnreachableError && !signal.aborted;
      if (!mayHelp || retryMs === undefined) throw error;
      await delay(retryMs);
    }
  }
}
