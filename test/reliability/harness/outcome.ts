import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
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

/** Where scripts/test/full.ts wants outcomes; nobody else asks for them. */
const FOLDER = process.env.PYSTOL_OUTCOMES;

/** Notes the outcome for scripts/test/full.ts. */
export async function noteOutcome(matrix: string, outcome: MatrixOutcome): Promise<void> {
  if (!FOLDER) return;
  await mkdir(FOLDER, { recursive: true });
  await writeFile(
    join(FOLDER, `${fileNameOf(matrix)}.json`),
    `${JSON.stringify({ matrix, ...outcome }, undefined, 2)}\n`,
  );
}

/** What came of one point. */
export interface PointOutcome {
  point: string;
  isReached: boolean;
  violations: readonly string[];
}

/** The points of a matrix that an earlier process has played for the same commit, and a way to add to them. */
export async function progressOf(matrix: string): Promise<{
  known: ReadonlyMap<string, PointOutcome>;
  add: (outcome: PointOutcome) => Promise<void>;
}> {
  const known = new Map<string, PointOutcome>();
  if (!FOLDER) return { known, add: async () => undefined };
  await mkdir(FOLDER, { recursive: true });
  const file = join(FOLDER, `${fileNameOf(matrix)}.progress.jsonl`);
  const text = await readFile(file, "utf8").catch(() => ""); // nothing was played yet
  for (const line of text.split("\n").filter(Boolean)) {
    const outcome = JSON.parse(line) as PointOutcome;
    known.set(outcome.point, outcome);
  }
  return { known, add: (outcome) => appendFile(file, `${JSON.stringify(outcome)}\n`) };
}

function fileNameOf(matrix: string): string {
  return matrix.replace(/\W+/g, "-");
}
