import type { Answers } from "../collect/answers.ts";
import { NoAnswerError } from "../collect/no-answer.ts";
import { READER_VERSION, validatorsIn, validatorsOf } from "../collect/said.ts";
import type { Remembered } from "../state/board-state.ts";
import { usedOf } from "./runs.ts";

const BODY_LIMIT_BYTES = 2 * 1024 * 1024; // five runs are about 60 KiB, a hundred workflows about 50
const PASSED_ON = new Set(["accept", "authorization", "x-github-api-version"]);

/** A `fetch` for Octokit over our own politeness, with what it learned for the next time. */
export interface RememberingFetch {
  readonly fetch: (address: string, init: FetchHow) => Promise<Response>;
  /** By address. */
  readonly learned: ReadonlyMap<string, Remembered>;
}

interface FetchHow {
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Asks only whether an answer is still the same where it is remembered, and gives the remembered one for a 304. A 304 costs
 * nothing of GitHub's limit: https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 * Throws NoAnswerError.
 */
export function rememberingFetch(
  answers: Answers,
  known: Readonly<Record<string, Remembered>>,
): RememberingFetch {
  const learned = new Map<string, Remembered>();
  const fetch = async (address: string, init: FetchHow): Promise<Response> => {
    const before = known[address];
    const own = Object.entries(init.headers).filter(([name]) => PASSED_ON.has(name.toLowerCase()));
    const headers = { ...Object.fromEntries(own), ...validatorsOf(before) };
    const outcome = await answers.get(address, { headers, bodyLimitBytes: BODY_LIMIT_BYTES });
    if (outcome.kind === "none") throw new NoAnswerError(outcome.reason);
    const { answer } = outcome;
    if (answer.httpStatus === 304 && before?.body !== undefined) {
      learned.set(address, before);
      return jsonOf(before.body);
    }
    if (answer.httpStatus !== 200) return new Response(null, { status: answer.httpStatus });
    const body = JSON.stringify(usedOf(parsed(answer.body)));
    learned.set(address, { ...validatorsIn(answer), readerVersion: READER_VERSION, body });
    return jsonOf(body);
  };
  return { fetch, learned };
}

function jsonOf(body: string): Response {
  return new Response(body, { headers: { "content-type": "application/json" } });
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch (error) {
    throw new NoAnswerError("its answer is not JSON", { cause: error });
  }
}
