import { expect, test } from "vitest";
import { resultsTable } from "../../../../client/report/table.ts";
import { result, results } from "../../../support/action-results.ts";

test("the table for a terminal has a row for each action, the unexpected in capitals", () => {
  const bad = result({ name: "ping", verdict: "Failed", expected: false, verified: false });
  expect(`\n${resultsTable(results(result(), bad))}`).toMatchInlineSnapshot(`
    "
    ┌───────────────┬──────────┬─────────┬────────────┬──────────┬────────┬─────────┬──────┐
    │ action        │ role     │ verdict │ expected   │ verified │ undone │ targets │ took │
    ├───────────────┼──────────┼─────────┼────────────┼──────────┼────────┼─────────┼──────┤
    │ shop/kill-web │ killpods │ Passed  │ yes        │ yes      │ -      │ 1       │ 13 s │
    │ shop/ping     │ killpods │ Failed  │ NO, Passed │ -        │ -      │ 1       │ 13 s │
    └───────────────┴──────────┴─────────┴────────────┴──────────┴────────┴─────────┴──────┘"
  `);
});

test("a name with control characters cannot steer the terminal", () => {
  const table = resultsTable(results(result({ name: "a\u001b[2Jb\nc" })));
  expect(table).toContain("shop/a [2Jb c");
  expect(table).not.toContain("\u001b");
});

test("has a line for each command and probe, and steers no terminal with them", () => {
  const table = resultsTable({
    ...results(result({ recovered: false })),
    commands: [
      {
        actions: ["shop/a"],
        outcome: "failed",
        exitCode: null,
        seconds: 20,
        coveredSeconds: 12,
        message: "ended\u001b[2J early",
      },
    ],
    probes: [
      { name: "web", phase: "before", outcome: "passed", checks: 3, failures: 0, message: "" },
      { name: "web", phase: "during", outcome: "breached", checks: 3, failures: 1, message: "503" },
    ],
  });
  expect(table.split("\n").slice(-3)).toEqual([
    "command under shop/a failed, it never ran after 20 s, 12 s under fault: ended [2J early",
    "probe web held before the fault, 3 checks",
    "The probe web was breached during the fault, 1 of 3 checks failed: 503",
  ]);
  expect(table).toContain("│ NO     │");
});
