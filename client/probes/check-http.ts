import { Agent, request } from "undici";
import type { HttpCheck, StatusRange } from "./probe.ts";
import { CheckFailure, oneLine, troubleOf, without } from "./words.ts";

const BODY_LIMIT_BYTES = 1_048_576;
const EXCERPT_BYTES = 16_384;
const EXCERPT_CHARACTERS = 150;

/**
 * Sends one request, on a connection of its own as a new user would, follows no redirect, and reads the answer to its end or
 * its first MiB.
 *
 * @throws CheckFailure, or the signal's reason.
 */
export async function checkHttp(check: HttpCheck, signal: AbortSignal): Promise<void> {
  const url = new URL(check.url);
  // The signal is the only limit of time, also for a connection that is being made.
  const limits = { headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 0, signal } };
  const agent = new Agent({ ...limits, pipelining: 0, allowH2: false });
  const said = `${check.method} ${url.origin}${url.pathname}`;
  const excerptOf = (text: string) => quoted(without(text, Object.values(check.headers)));
  try {
    const { statusCode, headers, body } = await request(url, {
      ...{ dispatcher: agent, method: check.method as "GET", signal },
      headers: { "user-agent": "pystol-probe", ...check.headers },
    });
    if (!check.statuses.some(({ from, to }) => statusCode >= from && statusCode <= to)) {
      const location = statusCode >= 300 && statusCode < 400 ? target(headers.location, url) : "";
      const expected = check.statuses.map(rangeText).join(" or ");
      // The status says enough, even where the body does not come.
      const excerpt = await readBody(body, EXCERPT_BYTES).then(
        ({ text }) => excerptOf(text),
        () => "",
      );
      throw new CheckFailure(
        `${said} answered ${statusCode}${location}; expected ${expected}${excerpt}`,
      );
    }
    const { text, isCut } = await readBody(body, BODY_LIMIT_BYTES);
    if (check.bodyContains !== undefined && !text.includes(check.bodyContains)) {
      const where = isCut ? "the first MiB of its body" : "its body";
      const wanted = JSON.stringify(oneLine(check.bodyContains, { limit: 60 }));
      throw new CheckFailure(
        `${said} answered ${statusCode}, and ${where} does not hold ${wanted}${excerptOf(text)}`,
      );
    }
  } catch (error) {
    if (signal.aborted || error instanceof CheckFailure) throw error;
    throw new CheckFailure(`${said} got no whole answer: ${troubleOf(error)}`, { cause: error });
  } finally {
    agent.destroy().catch(() => undefined); // nobody waits for the connection's end
  }
}

async function readBody(
  body: AsyncIterable<Buffer>,
  limitBytes: number,
): Promise<{ text: string; isCut: boolean }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > limitBytes) break;
  }
  const text = Buffer.concat(chunks).subarray(0, limitBytes).toString("utf8");
  return { text, isCut: bytes > limitBytes };
}

function quoted(text: string): string {
  const excerpt = oneLine(text, { limit: EXCERPT_CHARACTERS });
  return excerpt === "" ? "" : `; it said: ${excerpt}`;
}

/** Where a redirect leads, without what may be secret in it. */
function target(location: string | string[] | undefined, from: URL): string {
  const to = URL.parse(String(location ?? ""), from.href);
  return to ? ` to ${oneLine(`${to.origin}${to.pathname}`, { limit: 100 })}` : "";
}

function rangeText({ from, to }: StatusRange): string {
  return from === to ? `${from}` : `${from}-${to}`;
}
