import type { Answer } from "../../kubernetes/transport.ts";
import type { Metrics } from "./metrics.ts";

/** Counts requests to the API server at `host` as client-go does: a request without an answer has the code "<error>". */
export function countRequests(metrics: Metrics, host: string): (answer: Answer) => void {
  return ({ method, code, seconds }) => {
    metrics.requests.inc({ code: String(code ?? "<error>"), method, host });
    metrics.requestSeconds.observe({ verb: method, host }, seconds);
  };
}
