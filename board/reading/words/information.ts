import { CONFIDENCE, type Finding } from "../finding.ts";
import { comparable } from "./normalize.ts";
import { tokensOf } from "./tokens.ts";
import { stateOfWhole } from "./vocabulary.ts";

/** Labels of badges that inform and judge nothing; a label may also end in one ("npm version"). */
const INFORMING: readonly string[] = (
  "version|license|licence|downloads|npm|pypi|crates.io|crate|nuget|gem|maven central|packagist|hex|" +
  "docker|docker pulls|docker stars|pulls|image size|size|bundle size|minified size|minzip|gzip|" +
  "stars|forks|watchers|followers|contributors|sponsors|backers|issues|open issues|closed issues|" +
  "issues closed|pull requests|open pull requests|prs|pr|release|latest release|pre release|tag|" +
  "latest tag|last commit|commit activity|commits|created at|release date|updated|last updated|" +
  "language|languages|top language|lines of code|loc|lines|node|node.js|python|ruby|php|java|go|" +
  "rust|typescript|javascript|go version|rustc|msrv|platform|os|arch|types|type definitions|" +
  "code style|style|chat|gitter|slack|discord|matrix|zulip|twitter|mastodon|follow|docs.rs|doi|" +
  "made with|built with|made by|powered by|semantic release|conventional commits|dependents|" +
  "response time|latency|duration|build time|total time|visitors|hits|views|likes|conda|" +
  "homebrew|aur|snap|flathub|wiki|awesome|donate|funding|maintenance|maintained|maintained?|author"
).split("|");

const informing: ReadonlySet<string> = new Set(INFORMING);

/** Whether a label announces information ("license", "npm version") rather than a result. */
export function isInformingLabel(label: string): boolean {
  const text = comparable(label);
  if (informing.has(text)) return true;
  const space = text.lastIndexOf(" ");
  return space > 0 && informing.has(text.slice(space + 1));
}

const MOST_TOKENS = 5; // "12.3k / month", "v1.2.3 (beta)"

/** Whether a message is a quantity, a version or a date: something with a number, and nothing we judge. */
function isQuantity(message: string): boolean {
  const text = comparable(message);
  if (
    tokensOf(text).some(
      (token) =>
        token.kind === "fraction" ||
        (token.kind === "word" && stateOfWhole(token.text) !== undefined),
    )
  ) {
    return false; // "2/3 up", "1 service down": not understood, and no mere figure
  }
  return /^(?:v|[~<>≥≤=+-])?\s?\d/u.test(text) && tokensOf(text).length <= MOST_TOKENS;
}

/** What a badge without a status word is: information if label or message says so, otherwise undefined. */
export function judgeInformation(label: string, message: string): Finding | undefined {
  if (message === "") return undefined;
  if (isInformingLabel(label))
    return {
      state: "info",
      rule: `"${label}" informs and judges nothing`,
      confidence: CONFIDENCE.phrase,
    };
  // A badge service that fails often answers 200 with the bare HTTP status as its message.
  if (/^[45]\d\d$/u.test(message)) {
    return {
      state: "unknown",
      rule: `"${message}" looks like an HTTP status`,
      confidence: CONFIDENCE.doubt,
    };
  }
  if (isQuantity(message)) {
    return {
      state: "info",
      rule: `a figure whose good and bad values are not known`,
      confidence: CONFIDENCE.doubt,
    };
  }
  return undefined;
}
