import { comparable, tidy } from "./normalize.ts";
import { DOUBT, stateOfWhole } from "./vocabulary.ts";

const DENIAL = /^(?:not|no|never|non|un|cannot|without)$|n't$/u;
/** Words that go on with what is before them: "should be", "not yet". */
const FILLING = /^(?:be|been|yet|being|always|all)$/u;
/** Workflows that are called so: the results that they look for, or what they clean up. */
const NAMES = /^(?:vulnerabilit(?:y|ies)|stale|score|used)$/u;

/**
 * Whether a label ends in a word that is no name but a denial, a doubt or a bad result, so that no passing is believed
 * after it: "tests aren't", "was", "linux failing |". A name with a hyphen ("failing-tests", "last-build") is one word.
 */
export function endsBadly(label: string): boolean {
  const words = tidy(label)
    .replace(/[\s|:.,;!–—-]{1,20}$/u, "")
    .split(" ");
  while (words.length > 1 && FILLING.test(lastOf(words))) words.pop();
  const last = lastOf(words);
  if (last === "" || last.includes(" ") || NAMES.test(last)) return false;
  if (DOUBT.has(last) || DENIAL.test(last)) return true;
  const state = stateOfWhole(last);
  if (state === "passing" && DENIAL.test(comparable(words.at(-2) ?? ""))) return true;
  return state === "failing" || state === "cancelled" || /^(?:degraded|impaired)$/u.test(last);
}

const lastOf = (words: readonly string[]) => comparable(words.at(-1) ?? "");
