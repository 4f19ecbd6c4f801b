import { execFile } from "node:child_process";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { writeState } from "../../../board/state/state-file.ts";
import { largeState } from "./large-state.ts";

const ROOT = join(import.meta.dirname, "../../..");
const run = promisify(execFile);

/** Seconds from the start of the command `build` to its end, into an empty folder each time, for a board of so many tiles. */
export async function measureBuild(tiles: number, rounds: number): Promise<number[]> {
  await using folder = await mkdtempDisposable(join(tmpdir(), "board-bench-"));
  const state = join(folder.path, "state.json");
  await writeState(state, largeState(tiles));
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const out = join(folder.path, `site-${round}`);
    const began = performance.now();
    await run(process.execPath, ["board/main.ts", "build", "--state", state, "--out", out], {
      cwd: ROOT,
    });
    seconds.push((performance.now() - began) / 1000);
  }
  return seconds;
}
