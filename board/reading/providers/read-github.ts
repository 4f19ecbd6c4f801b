import type { Draft } from "../draft.ts";
import { CONFIDENCE, type Finding } from "../finding.ts";

/** Greedy, since a workflow may be called "Build - failing": the last part is the state. */
const TITLE = /^.* - (passing|failing|no status)$/su;

/**
 * GitHub's badge says one of three things, after the workflow's name in its title and as its drawn message. A run that
 * was cancelled or timed out is drawn as failing: https://github.com/actions/runner/issues/4047.
 */
export function readGithub({ title = "", message }: Draft): Finding | undefined {
  const state = TITLE.exec(title)?.[1];
  if (state === undefined || message.toLowerCase() !== state) return undefined;
  const rule = `provider: GitHub's title ends in "${state}"`;
  if (state === "passing") return { state, rule, confidence: CONFIDENCE.certain };
  if (state === "failing") {
    const note = "; a cancelled run looks the same";
    return { state, rule: rule + note, confidence: CONFIDENCE.certain };
  }
  return { state: "unknown", rule, confidence: CONFIDENCE.certain };
}
