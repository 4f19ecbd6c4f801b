import { describe, expect, test } from "vitest";
import { type Phases, phasedOutcome } from "../../../runner/phased-outcome.ts";
import type { UndoRecord } from "../../../runner/records.ts";

const passed = { verdict: "Passed", message: "3 patched." } as const;
const record = (state: UndoRecord["state"], some: Partial<UndoRecord> = {}): UndoRecord => ({
  ...{ id: "web", module: "acme.tests.x", args: {}, state, attempts: 1 },
  ...some,
});
const held = (end: NonNullable<Phases["held"]>["end"], durationSeconds?: number) => ({
  ...{ seconds: 58.2, end, durationSeconds },
});

describe("the outcome of a phased role", () => {
  test.for<[string, Partial<Phases>, string, string]>([
    [
      "held for its time",
      { held: held("duration", 60) },
      "Passed",
      "3 patched. It was held for 58 s of 60 s.",
    ],
    [
      "stopped while held",
      { held: held("stop", 60) },
      "Passed",
      "3 patched. It was held for 58 s of 60 s, until spec.stop was set.",
    ],
    [
      "held without a duration",
      { held: held("reserve") },
      "Passed",
      "3 patched. It was held for 58 s, until spec.timeout left time for recovery only.",
    ],
    [
      "held for less than asked",
      { held: held("reserve", 90) },
      "TimedOut",
      "3 patched. It was held for 58 s of 90 s: the rest of spec.timeout was needed for recovery. All that was changed is undone (1).",
    ],
    [
      "ended by SIGTERM while held",
      { held: held("signal", 90) },
      "Aborted",
      "3 patched. It was held for 58 s of 90 s: the runner's pod was asked to stop (SIGTERM). All that was changed is undone (1).",
    ],
    [
      "that failed",
      { inject: { verdict: "Failed", message: "no such field" } },
      "Failed",
      "no such field. All that was changed is undone (1).",
    ],
    [
      "that failed before it changed anything",
      { inject: { verdict: "Failed", message: "no" }, records: [] },
      "Failed",
      "no.",
    ],
    [
      "whose end was not seen",
      { held: held("duration", 60), recovery: { verdict: "Failed", message: "still slow" } },
      "Failed",
      "After the fault: still slow. 3 patched. It was held for 58 s of 60 s.",
    ],
    [
      "whose recovery ran out of time but undid all",
      { held: held("duration", 60), recovery: { verdict: "TimedOut", message: "late" } },
      "Error",
      "After the fault: late. 3 patched. It was held for 58 s of 60 s.",
    ],
    [
      "that left something open",
      { held: held("stop"), records: [record("Open", { attempts: 4, lastError: "no way" })] },
      "Error",
      "Not undone: web (4 attempts: no way). 3 patched.",
    ],
    [
      "that met a conflict",
      { records: [record("Conflict", { lastError: "it is 5" })] },
      "Error",
      "Left alone, because somebody else has changed it meanwhile: web (it is 5). 3 patched.",
    ],
    [
      "that left something open after a failure",
      { inject: { verdict: "Aborted", message: "stopped." }, records: [record("Open")] },
      "Error",
      "Not undone: web (1 attempt). stopped.",
    ],
    [
      "whose end was looked for and not seen, after SIGTERM",
      { held: held("signal"), recovery: { verdict: "Failed", message: "still slow" } },
      "Failed",
      "After the fault: still slow. 3 patched. It was held for 58 s: the runner's pod was asked to stop (SIGTERM). All that was changed is undone (1).",
    ],
    [
      "that was undone by its records, and had no time to be looked at",
      { held: held("signal"), recovery: { verdict: "TimedOut", message: "late" } },
      "Aborted",
      "3 patched. It was held for 58 s: the runner's pod was asked to stop (SIGTERM). All that was changed is undone (1).",
    ],
    ...(["Failed", "TimedOut", "Aborted"] as const).map(
      (verdict): [string, Partial<Phases>, string, string] => [
        `${verdict} whose role keeps no records, where recover.yml failed`,
        {
          ...{ inject: { verdict, message: "no" }, records: [], undoable: false },
          recovery: { verdict: "Failed", message: "no way" },
        },
        "Error",
        "After the fault: no way. no.",
      ],
    ),
    [
      "held by a role that keeps no records, where recover.yml failed",
      {
        ...{ held: held("duration", 60), records: [], undoable: false },
        recovery: { verdict: "Failed", message: "no way" },
      },
      "Error",
      "After the fault: no way. 3 patched. It was held for 58 s of 60 s.",
    ],
  ])("%s", ([, some, verdict, message]) => {
    const phases = {
      ...{ inject: passed, recovery: undefined, records: [record("Done")], undoable: true },
      ...some,
    };
    expect(phasedOutcome(phases)).toEqual({ verdict, message });
  });

  test("names at most five records and says how many more there are", () => {
    const records = Array.from({ length: 8 }, (_, index) => record("Open", { id: `r${index}` }));
    const { message } = phasedOutcome({
      ...{ inject: passed, recovery: undefined, records, undoable: true },
    });
    expect(message).toContain("r4 (1 attempt) and 3 more.");
    expect(message).not.toContain("r5");
  });
});
