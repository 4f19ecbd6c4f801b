import { createServer, type Server } from "node:http";

/** A watch brings a bookmark about once a minute; one that is silent for this long is stuck. */
const LONGEST_SILENCE_MS = 5 * 60_000;
/** Each request of a reconcile ends after 30 s, and there are few in one. */
const LONGEST_WORK_SECONDS = 5 * 60;

/** What an operator knows of itself. */
export interface Vitals {
  /** Whether every first list is in. A standby is as ready as the leader is. */
  isReady: boolean;
  isStopping: boolean;
  /** Since the API server was last heard of, on the watch that is silent the longest. */
  silenceMs: number;
  /** For how long the key that has been worked on the longest has been. */
  longestWorkSeconds: number;
}

/** Why the process should be started again. An API server that is away is no reason: it would be away for the next one too. */
export function whyNotAlive({ silenceMs, longestWorkSeconds }: Vitals): string | undefined {
  if (silenceMs >= LONGEST_SILENCE_MS) {
    return `a watch has been silent for ${Math.round(silenceMs / 1000)} s`;
  }
  if (longestWorkSeconds >= LONGEST_WORK_SECONDS) {
    return `a worker has been busy with one action for ${Math.round(longestWorkSeconds)} s`;
  }
  return undefined;
}

function whyNotReady({ isReady, isStopping }: Vitals): string | undefined {
  if (isStopping) return "it is stopping";
  return isReady ? undefined : "the first lists are not in";
}

/** Serves /livez and /readyz to probes. An event loop that makes no progress answers neither. */
export function serveHealth(port: number, vitals: () => Vitals): Promise<Server> {
  const checks: Record<string, (vitals: Vitals) => string | undefined> = {
    "/livez": whyNotAlive,
    "/readyz": whyNotReady,
  };
  const server = createServer((request, response) => {
    const check = checks[request.url?.split("?")[0] ?? ""];
    const problem = check?.(vitals());
    response
      .writeHead(check ? (problem ? 503 : 200) : 404, { "content-type": "text/plain" })
      .end(check ? `${problem ?? "ok"}\n` : "see /livez and /readyz\n");
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, () => resolve(server));
  });
}
