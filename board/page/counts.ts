import type { Texts } from "../languages/texts.ts";
import { isCalm, type Look, type LookCount } from "../model/looks.ts";

export interface CountView {
  readonly look: Look;
  readonly count: string;
  readonly word: string;
}

/** Counts of looks in a language. */
export function countViews(counts: readonly LookCount[], texts: Texts): CountView[] {
  return counts.map(({ look, count }) => {
    return { look, count: texts.number(count), word: texts.text(`look.${look}`) };
  });
}

/** What a headline is made of; `stale` counts the tiles whose reading is too old, `isStale` says that all of them are. */
export interface Rolled {
  readonly counts: readonly LookCount[];
  readonly stale: number;
  readonly isStale: boolean;
}

/** The worst that there is, and how often; "all passing" only where nothing else is shown, and never of stale data. */
export function headlineOf({ counts, stale, isStale }: Rolled, texts: Texts): string {
  const [worst] = counts;
  if (worst === undefined) return texts.text("headline.nothing");
  if (!isCalm(worst.look)) return counted(worst.count, `look.${worst.look}`, texts);
  if (isStale) return texts.text("headline.stale");
  if (stale > 0) return counted(stale, "tile.stale", texts);
  const isPassing = counts.some(({ look }) => look === "passing");
  return isPassing
    ? texts.text("headline.passing")
    : counted(worst.count, `look.${worst.look}`, texts);
}

function counted(n: number, key: string, texts: Texts): string {
  return texts.text("headline.count", { n, word: texts.text(key) });
}
