import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What a matrix came to. */
export interface MatrixOutcome {
  /** How many points there are. */
  points: number;
  /** How many of them were played. */
  played: number;
  /** Points that the run did not come to when it was played again. */
  missed?: readonly string[];
  violations: Readonly<Record<string, readonly string[]>>;
}

/** Notes the outcome for scripts/test/full.ts, where that asked for it. */
export async function noteOutcome(matrix: string, outcome: MatrixOutcome): Promise<void> {
  const folder = process.env.PYSTOL_OUTCOMES;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${matrix.replace(/\W+/g, "-")}.json`);
  await writeFile(file, `${JSON.stringify({ matrix, ...outcome }, undefined, 2)}\n`);
}
