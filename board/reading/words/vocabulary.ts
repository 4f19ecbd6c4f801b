import type { State } from "../state.ts";

type Words = Readonly<Partial<Record<State, string>>>;

/**
 * Words that keep their meaning inside a sentence ("my passing text"). Gathered from the status
 * words of CI services; shields keeps a smaller list of the same kind:
 * https://github.com/badges/shields/blob/master/services/build-status.js
 */
const ANYWHERE: Words = {
  passing: "passing|passed|pass|passes|success|succeeded|successful|successfully|ok|okay|healthy",
  failing:
    "failing|failed|fail|fails|failure|failures|error|errors|errored|broken|broke|critical|timeout|" +
    "crash|crashed|crashing|rejected|unhealthy|unsuccessful|unsuccessfully|faulted|fatal|panic|" +
    "panicked|vulnerable|insecure|outage|exception|defective|unshippable|vulnerabilities|vulnerability",
  warning:
    "unstable|warning|warn|warnings|degraded|flaky|outdated|deprecated|partial|partially|problems|impaired",
  running:
    "building|running|progressing|pending|queued|waiting|started|starting|processing|scheduled|deploying|" +
    "preparing|blocked|enqueued|executing|provisioning|inprogress",
  cancelled:
    "canceled|cancelled|canceling|cancelling|aborted|stopped|killed|abandoned|terminated|interrupted",
  skipped: "skipped|skip|neutral|ignored|disabled|paused|suspended",
  unknown: "unknown|unavailable|inaccessible|invalid|expired|undefined|null|nan|untested|unstarted",
};

/** Whole messages only: inside a sentence these mean too many other things ("set up now"). */
const WHOLE: Words = {
  passing:
    "up|ready|fixed|green|stable|deployed|published|live|shippable|operational|up to date|" +
    "all good|all systems operational|all checks have passed|no issues|no issues found|" +
    "no problems|no known vulnerabilities",
  failing:
    "down|red|offline|unreachable|dead|bad|nok|ko|timed out|startup failure|infrastructure failure|major outage|blocker",
  warning:
    "partially succeeded|partial success|partial outage|minor outage|degraded performance|" +
    "action required|needs attention|out of date|yellow|amber|incomplete|needs work",
  running:
    "in progress|created|testing|initiated|requested|on hold|deployment in progress|" +
    "waiting for approval|retrying|restarting",
  cancelled: "cancel|canceled by user|superseded",
  skipped: "not run|not running|excluded|skipping",
  unknown:
    "none|no status|no build|no builds|no builds yet|not built|never built|never run|no tests|no runs|n a|n/a|" +
    "na|?|no data|no results|missing|manual|set up now|not configured|not available|no response|" +
    "unresponsive|never|tbd|-|--|---|\u2013|\u2014",
};

/** A service's own trouble, not the project's: these decide before a word such as "error" does. */
const SERVICE_TROUBLE = [
  "not found",
  "no such",
  "not been found",
  "does not exist",
  "doesn't exist",
  "unauthorized",
  "unauthorised",
  "forbidden",
  "access denied",
  "permission denied",
  "login required",
  "rate limit",
  "no longer available",
  "not available",
  "unresponsive",
  "unparseable",
  "unparsable",
  "malformed",
  "bad request",
  "inaccessible",
];

/** Good words that say an end or a quality, not a result: they count only on a green badge. */
export const WEAK_PASSING: ReadonlySet<string> = new Set(
  "complete|completed|done|finished|online|valid|verified|compliant|clean|secure|approved|excellent|good".split(
    "|",
  ),
);

/** Words that take the certainty out of a "passing" beside them. */
export const DOUBT: ReadonlySet<string> = new Set(
  (
    "? was were previously formerly last used should would could can will may might maybe perhaps " +
    "if unless until expected expecting expects almost nearly soon barely some few half most mostly " +
    "rate ratio score threshold awaiting before except stale outdated un only neither nor hardly " +
    "rarely seldom scarcely incomplete unless unverified todo hopefully probably likely allegedly false"
  ).split(" "),
);

/** Units of time, and what stands behind them. */
export const TIMES = /^(?:ms|s|secs?|seconds?|mins?|minutes?|h|hours?|days?|weeks?|months?|ago)$/u;

/** Nouns that may stand between a number and its state: "0 of the 12 tests failed". */
export const COUNTED: ReadonlySet<string> = new Set(
  (
    "test tests check checks job jobs spec specs suite suites case cases step steps scenario scenarios " +
    "build builds run runs file files assertion assertions example examples of the all new known " +
    "total open security high severity item items node nodes pod pods replica replicas server servers " +
    "service services package packages platform platforms target targets stage stages task tasks workflow " +
    "workflows pipeline pipelines"
  ).split(" "),
);

function byWord(words: Words): ReadonlyMap<string, State> {
  const states = Object.entries(words) as Array<[State, string]>; // keys are States by the type above
  return new Map(states.flatMap(([state, list]) => list.split("|").map((word) => [word, state])));
}

const anywhere = byWord(ANYWHERE);
const whole = byWord(WHOLE);

/** The state of a word inside a sentence, where it has one. */
export function stateOfWord(word: string): State | undefined {
  return anywhere.get(word);
}

/** The state of a whole message that is exactly one known word or phrase. */
export function stateOfWhole(message: string): State | undefined {
  return whole.get(message) ?? anywhere.get(message);
}

/** The phrase by which a badge service says that it could not answer, where one is in the message. */
export function serviceTrouble(message: string): string | undefined {
  return SERVICE_TROUBLE.find((phrase) => message.includes(phrase));
}
