import type { Token } from "./tokens.ts";
import { COUNTED } from "./vocabulary.ts";

/** Branches, platforms and languages: one of them that stands alone has no result. */
export const PLACES: ReadonlySet<string> = new Set(
  [
    "dev develop development head main master prod production staging trunk",
    "alpine amd64 android arm arm64 aarch64 centos chrome chromium clang debian deno dotnet fedora firefox freebsd gcc",
    "go golang ios java javascript jdk js linux macos msvc node.js nodejs osx php postgres python ruby rust safari swift",
    "typescript ubuntu win windows x64 x86",
  ]
    .join(" ")
    .split(" "),
);

/**
 * Words that neither add to a "passing" nor take from it. The list is closed on purpose: beside any other
 * word a "passing" is not believed. Nothing belongs here that can deny, undo, limit or put off a result.
 */
const WORDS: ReadonlySet<string> = new Set(
  [
    // Little words; negations are heard with the claims.
    "a an and are as at be been currently for found from has have in is it its my now on our",
    "this took total with your after ago today no zero without free not never",
    // What has a result.
    "analysis api app artifact artifacts backend backup backups benchmark benchmarks branch ci cd cluster commit",
    "compile compilation container deploy deployment deployments docker doc docs documentation format formatting",
    "frontend functional gate health image images install installation integration job kubernetes lint linter linting",
    "monitor monitors node nodes package packages pipeline pipelines pod pods project publish pull push pushes quality",
    "release releases replica replicas report result results scan scanning server servers service services site smoke",
    "source state status stage stages system systems synced target targets task tasks text type types typecheck unit",
    "validation verification version web website workflow workflows e2e daily nightly weekly latest",
    // What was done before the result came.
    "built completed deployed done finished published ran released verified",
    // Branches and places.
    ...PLACES,
    // Times.
    "ms s sec secs second seconds m min mins minute minutes h hr hrs hour hours d day days week weeks month months",
    "utc gmt mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday",
    "jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august",
    "september october november december",
  ]
    .join(" ")
    .split(" "),
);

/** Durations ("12m", "35.2s"), versions ("v1.2.3", "1.x") and commits ("a1b2c3d"), none of them all zeros. */
const FIGURE =
  /^(?=.*[1-9])(?:\d{1,9}(?:\.\d{1,9})?(?:ms|s|m|min|h|d)|v?\d{1,9}(?:\.(?:\d{1,9}|x)){1,4}|v\d{1,9}|[0-9a-f]{7,40}|\d{1,2}(?:st|nd|rd|th))$/u;

/** Punctuation that parts clauses or encloses them; other marks ("≠", "🔥", "*") may turn the words round. */
const MARKS = /^[,.;:|/()[\]{}&+#@·•–—-]+$/u;

/** Whether a word or mark may stand beside a "passing" without putting it in doubt. */
export function isHarmless({ kind, text }: Token): boolean {
  if (kind === "break") return MARKS.test(text);
  return COUNTED.has(text) || WORDS.has(text) || (FIGURE.test(text) && text.length <= 40);
}
