import { stripVTControlCharacters } from "node:util";

/** The part of vitest's JSON report that is read here. https://vitest.dev/guide/reporters.html#json-reporter */
export interface Report {
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { status: string; fullName: string; failureMessages?: string[] | null }[];
  }[];
}

/** The tests of all files. */
export function testsOf({ testResults }: Report) {
  return testResults.flatMap(({ assertionResults }) => assertionResults);
}

/** As much of a failure's message as a reader of a log's last lines wants to see. */
const MAX_MESSAGE_LINES = 12;

/**
 * What a run of the tests closes with: each skipped test with its reason, which its name carries, each failed one with the first
 * lines of what it said (a log is often kept from its end), then "N passed, N failed" with the skipped ones if there are any. A file
 * that could not be run counts as one failure, and so does a runner that says failure where no test does, or ran no test at all.
 */
export function closingLines(
  report: Report,
  isRunnerContent: boolean,
): { lines: string[]; failed: number } {
  const tests = testsOf(report);
  const count = (status: string) => tests.filter((test) => test.status === status).length;
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  );
  const skipped = tests.filter(({ status }) => !["passed", "failed"].includes(status));
  const passed = count("passed");
  const said = count("failed") + broken.length;
  const failed = said === 0 && (!isRunnerContent || passed === 0) ? 1 : said;
  const more = skipped.length > 0 ? `, ${skipped.length} skipped` : "";
  return {
    lines: [
      ...skipped.map(({ fullName }) => `skipped: ${fullName}`),
      ...report.testResults.flatMap(failures),
      `${passed} passed, ${failed} failed${more}`,
    ],
    failed,
  };
}

function failures({
  name,
  status,
  message,
  assertionResults,
}: Report["testResults"][number]): string[] {
  if (status !== "failed") return [];
  const failed = assertionResults.filter((test) => test.status === "failed");
  if (failed.length === 0) return [`failed: ${name}`, ...firstLines(message)];
  return failed.flatMap(({ fullName, failureMessages }) => [
    `failed: ${name}: ${fullName}`,
    ...firstLines(failureMessages?.join("\n")),
  ]);
}

const firstLines = (text = "") =>
  stripVTControlCharacters(text)
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(0, MAX_MESSAGE_LINES)
    .map((line) => `    ${line}`);
