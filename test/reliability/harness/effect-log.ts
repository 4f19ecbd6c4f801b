import { readFile } from "node:fs/promises";

/** What effect.ts writes for each thing that it does. */
export interface EffectLine {
  event: "inject" | "recoverBegin" | "recoverEnd";
  /** The run's name. */
  run: string;
  target: string;
}

/** The lines of one run. */
export async function effectsOf(log: string, run: string): Promise<EffectLine[]> {
  const text = await readFile(log, "utf8").catch(() => "");
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as EffectLine)
    .filter((line) => line.run === run);
}
