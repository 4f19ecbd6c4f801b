import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closingLines, type Report } from "./closing-lines.ts";

const QUICK = ["unit", "integration"];
const ALL = [...QUICK, "browser", "e2e"];

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
const projects = isQuick ? QUICK : ALL;
if (isQuick) console.log(`Left out of the quick tests:\n  ${SLOW.join("\n  ")}`);
const dir = await mkdtemp(join(tmpdir(), "pystol-test-"));
const file = join(dir, "report.json");
const child = spawn(
  "vitest",
  [
    "run",
    ...projects.flatMap((name) => ["--project", name]),
    ...(isQuick ? SLOW : []).flatMap((pattern) => ["--exclude", pattern]),
    ...["--reporter=default", "--reporter=json", `--outputFile.json=${file}`],
  ],
  { stdio: "inherit" },
);
const [code] = await once(child, "exit");
const text = await readFile(file, "utf8").catch(() => undefined);
await rm(dir, { recursive: true, force: true });
const report: Report = text ? JSON.parse(text) : { testResults: [] };
const { lines, failed } = closingLines(report, code === 0);
for (const line of lines) console.log(line);
process.exitCode = code === 0 && failed === 0 ? 0 : 1;
