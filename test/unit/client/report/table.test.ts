import { expect, test } from "vitest";
import { resultsTable } from "../../../../client/report/table.ts";
import { result, results } from "../../../support/action-results.ts";

test("the table for a terminal has a row for each action, the unexpected in capitals", () => {
  const bad = result({ name: "ping", verdict: "Failed", expected: false, verified: false });
  expect(`\n${resultsTable(results(result(), bad))}`).toMatchInlineSnapshot(`
    "
    ┌───────────────┬──────────┬─────────┬────────────┬──────────┬─────────┬──────┐
    │ action        │ role     │ verdict │ expected   │ verified │ targets │ took │
    ├───────────────┼──────────┼─────────┼────────────┼──────────┼─────────┼──────┤
    │ shop/kill-web │ killpods │ Passed  │ yes        │ yes      │ 1       │ 13 s │
    │ shop/ping     │ killpods │ Failed  │ NO, Passed │ -        │ 1       │ 13 s │
    └───────────────┴──────────┴─────────┴────────────┴──────────┴─────────┴──────┘"
  `);
});

test("a name with control characters cannot steer the terminal", () => {
  const table = resultsTable(results(result({ name: "a\u001b[2Jb\nc" })));
  expect(table).toContain("shop/a [2Jb c");
  expect(table).not.toContain("\u001b");
});
