import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";

/** Whether everything is played, and not a sample: `npm run test:full` says so. */
export const IS_FULL = process.env.PYSTOL_RELIABILITY === "full" || process.env.PYSTOL_FULL === "1";

/** What decides which sample is played: it changes with the commit, and a failure can be played again by naming it. */
export const SEED = process.env.PYSTOL_SEED ?? commit();

/** Names the points to play, and no others, as a regular expression: to play those again that are broken. */
const NAMED = process.env.PYSTOL_POINTS;

function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" }).trim();
  } catch (_noRepository) {
    return "no commit"; // an archive of the sources: then always the same sample
  }
}

/** `count` of the items, chosen by the seed, in their order; all of them where everything is played, or those that are named. */
export function sampled<T>(items: readonly T[], count: number, keyOf: (item: T) => string): T[] {
  if (NAMED) return items.filter((item) => new RegExp(NAMED).test(keyOf(item)));
  if (IS_FULL) return [...items];
  const draw = (item: T) =>
    createHash("sha256")
      .update(`${SEED} ${keyOf(item)}`)
      .digest("hex");
  const chosen = new Set([...items].sort((a, b) => (draw(a) < draw(b) ? -1 : 1)).slice(0, count));
  return items.filter((item) => chosen.has(item));
}
