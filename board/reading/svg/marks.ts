import { CONFIDENCE, type Finding } from "../finding.ts";
import type { State } from "../state.ts";
import { judgeMessage } from "../words/judge-message.ts";
import { comparable } from "../words/normalize.ts";
import { stateOfWord } from "../words/vocabulary.ts";
import type { Svg } from "./parse-svg.ts";

const SHORTEST_WORD = 4; // an id such as "ok" or "up" is more often an abbreviation
const MOST_MARKS = 200;
const LONGEST_MARK = 80; // characters

/** What ids say on a badge that draws its words ("status_success"), if all that say something agree. */
export function judgeIds(svg: Svg): Finding | undefined {
  const words = svg.ids
    .slice(0, MOST_MARKS)
    .filter((id) => id.length <= LONGEST_MARK)
    .flatMap((id) => comparable(id).split(" "))
    .filter((word) => word.length >= SHORTEST_WORD);
  const said = new Map<State, string>();
  for (const word of words) {
    const state = stateOfWord(word);
    if (state !== undefined) said.set(state, word);
  }
  const [only] = said;
  return said.size === 1 && only !== undefined
    ? { state: only[0], rule: `an element's id says "${only[1]}"`, confidence: CONFIDENCE.mark }
    : undefined;
}

/** What a comment says that names the result ("quality gate fail"); the last such comment counts. */
export function judgeComments(svg: Svg): Finding | undefined {
  const comment = svg.comments
    .slice(0, MOST_MARKS)
    .findLast(
      (text) => text.length <= LONGEST_MARK && /\b(?:gate|status|build|result)\b/iu.test(text),
    );
  const said = comment === undefined ? undefined : judgeMessage(comment);
  return (
    said && { state: said.state, rule: `a comment says ${said.rule}`, confidence: CONFIDENCE.mark }
  );
}
