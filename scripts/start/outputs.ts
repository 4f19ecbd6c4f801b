import { rm } from "node:fs/promises";
import { join } from "node:path";

/** What a run leaves in out/. */
const OUTPUTS = ["results.json", "junit.xml", "summary.md", "state.json", "site"];

/** Removes what an earlier run left, so that it is not taken for this one's. */
export async function removeOutputs(out: string): Promise<void> {
  for (const name of OUTPUTS) await rm(join(out, name), { recursive: true, force: true });
}
