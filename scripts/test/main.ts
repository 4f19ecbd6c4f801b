import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closingLines, type Report } from "./closing-lines.ts";
import { runVitest } from "./run-vitest.ts";

/** What runs together, one group after the other: what a cluster takes of the machine must not slow down the rest. */
const GROUPS = [["unit", "integration"], ["reliability"], ["browser"], ["e2e"]];

/** Integration tests that wait out deadlines, start whole engines or run Ansible many times: `npm test` runs them, --quick does not. */
const SLOW = [
  "test/integration/action/kind.test.ts",
  "test/integration/cluster/**",
  "test/integration/collection/killpods.test.ts",
  "test/integration/collection/pingtest.test.ts",
  "test/integration/runner/ending.test.ts",
  "test/integration/runner/pid1.test.ts",
];

// Runs the tests of all projects, or with --quick of those that take two minutes, and ends with the line "N passed, N failed".
const isQuick = process.argv.includes("--quick");
const groups = isQuick ? GROUPS.slice(0, 1) : GROUPS;
const exclude = isQuick ? SLOW : [];
if (isQuick) console.log(`Left out of the quick tests:\n  ${SLOW.join("\n  ")}`);
const dir = await mkdtemp(join(tmpdir(), "pystol-test-"));
const all: Report = { testResults: [] };
let isContent = true;
for (const projects of groups) {
  const reportFile = join(dir, `${projects.join("-")}.json`);
  const { exitCode, report } = await runVitest({ projects, exclude, reportFile });
  isContent &&= exitCode === 0;
  all.testResults.push(...report.testResults);
}
await rm(dir, { recursive: true, force: true });
const { lines, failed } = closingLines(all, isContent);
for (const line of lines) console.log(line);
process.exitCode = failed === 0 ? 0 : 1;
