import type { ActionResult } from "../../client/results.ts";

/** A result as expected, but for what the test says. */
export function result(changes: Partial<ActionResult> = {}): ActionResult {
  return {
    namespace: "shop",
    name: "kill-web",
    role: "killpods",
    verdict: "Passed",
    expect: ["Passed"],
    expected: true,
    verified: true,
    message: "Killed 1 pod.",
    startTime: "2026-01-01T00:00:00.000Z",
    injectedTime: null,
    recoveredTime: null,
    completionTime: "2026-01-01T00:00:12.500Z",
    targets: [
      { kind: "Pod", namespace: "shop", name: "web-1", outcome: "killed", evidence: { gone: 7 } },
    ],
    ...changes,
  };
}

/** A set of results, with the outcome that they make. */
export function results(...actions: ActionResult[]) {
  return {
    schemaVersion: 1 as const,
    outcome: actions.every(({ expected }) => expected) ? ("passed" as const) : ("failed" as const),
    startTime: "2026-01-01T00:00:00.000Z",
    completionTime: "2026-01-01T00:01:00.000Z",
    actions,
  };
}
