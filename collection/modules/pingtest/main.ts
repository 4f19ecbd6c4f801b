import { setTimeout as delay } from "node:timers/promises";
import { evidenceClient } from "../ansible/evidence-client.ts";
import { type Module, moduleOutput } from "../ansible/module.ts";
import { type Attempt, attempt } from "./attempt.ts";
import type { Endpoint } from "./endpoint.ts";
import { figuresOf, problemsOf } from "./figures.ts";
import { type PingRequest, pingRequestFrom } from "./request.ts";

const pingtest: Module = async (fields) => {
  const request = pingRequestFrom(fields);
  const giveEvidence = evidenceClient(process.env.PYSTOL_SOCKET);
  const endpoints = await Promise.all(
    request.endpoints.map(async (endpoint) => {
      const attempts = await attemptAll(endpoint, request);
      const evidence = figuresOf(attempts);
      const problems = problemsOf(evidence, request);
      const { name } = endpoint;
      const outcome = problems.length === 0 ? "reachable" : "unreachable";
      const target = { kind: "Endpoint", name };
      await giveEvidence({ phase: "observed", target, outcome, evidence: { ...evidence } });
      const lost = attempts.findLast((one) => "lost" in one);
      const reason = lost && problems.length > 0 ? `; last: ${lost.lost}` : "";
      return { name, outcome, evidence, problem: `${name}: ${problems.join(", ")}${reason}` };
    }),
  );
  const bad = endpoints.filter(({ outcome }) => outcome === "unreachable");
  const shown = endpoints.map(({ problem: _, ...endpoint }) => endpoint);
  if (bad.length > 0) {
    const msg = `${bad.map(({ problem }) => problem).join(". ")}.`;
    return { changed: false, failed: true, pystol_verdict: "Failed", msg, endpoints: shown };
  }
  const msg = `${endpoints.length} endpoints reachable: ${endpoints.map(({ name }) => name).join(", ")}.`;
  return { changed: false, msg, endpoints: shown };
};

/** One attempt after the other, with the pause between two. */
async function attemptAll(endpoint: Endpoint, request: PingRequest): Promise<Attempt[]> {
  const made: Attempt[] = [];
  while (made.length < request.attempts) {
    if (made.length > 0) await delay(request.intervalMs);
    made.push(await attempt(endpoint, request));
  }
  return made;
}

// Bundled as CommonJS, which has no await here (scripts/build/collection.ts); the promise never rejects.
void moduleOutput(process.argv[2] ?? "", pingtest).then((output) => process.stdout.write(output));
