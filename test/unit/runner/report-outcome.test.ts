import { expect, test } from "vitest";
import type { UndoRecord } from "../../../runner/records.ts";
import { withRemains } from "../../../runner/report-outcome.ts";

const passed = { verdict: "Passed", message: "3 patched." } as const;
const record = (state: UndoRecord["state"]): UndoRecord => ({
  ...{ id: "web", module: "acme.tests.x", args: {}, state, attempts: 1 },
});

test.for([
  ["Done", passed],
  ["Open", { verdict: "Error", message: "Not undone: web (1 attempt). 3 patched." }],
  [
    "Conflict",
    {
      verdict: "Error",
      message: "Left alone, because somebody else has changed it meanwhile: web. 3 patched.",
    },
  ],
] as const)("whatever a role came to, with a record that is %s it is: %o", ([state, outcome]) => {
  const once = withRemains(passed, [record(state)]);
  expect(once).toEqual(outcome);
  expect(withRemains(once, [record(state)])).toEqual(outcome);
});
