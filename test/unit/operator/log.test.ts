import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const LOG = join(import.meta.dirname, "../../../operator/log.ts");

/** What a program that logs with `statement` writes, a parsed line each. */
function written(level: string, statement: string): Record<string, unknown>[] {
  const program = `import { createLog } from ${JSON.stringify(LOG)}; const log = createLog("${level}"); ${statement}`;
  const args = ["--input-type=module-typescript", "--eval", program];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.split("\n").flatMap((line) => (line ? JSON.parse(line) : []));
}

describe("the log", () => {
  test("is a line of JSON with time, level, message and fields, written before the process ends", () => {
    const [line, ...more] = written(
      "info",
      'log.debug("not this"); log.info("verdict", { action: "a/b" }); process.exit(1);',
    );
    expect(more).toEqual([]);
    expect(line).toEqual({
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      ...{ level: "info", msg: "verdict", action: "a/b" },
    });
  });

  test("has an error's message, and its stack where it is a mistake in the program", () => {
    const [expected, mistake] = written(
      "info",
      'log.warn("a", { error: new Error("gone") }); log.warn("b", { error: new TypeError("x is undefined") });',
    );
    expect(expected).toMatchObject({ error: "gone" });
    expect(mistake?.error).toMatch(/^TypeError: x is undefined\n +at /);
  });
});
