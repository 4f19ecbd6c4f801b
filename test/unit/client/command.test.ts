import { describe, expect, test } from "vitest";
import { CommandError, pasteable, run } from "../../../client/command.ts";

const environment = { PATH: process.env.PATH, TOKEN: "of the test" };

/** Runs a piece of JavaScript as a program. */
function script(code: string, options: object = {}) {
  return run(process.execPath, ["-e", code], { environment, ...options });
}

describe("a command", () => {
  test("gives its standard output, and each line of both outputs as it comes", async () => {
    const lines: string[] = [];
    const output = await script('console.log("a"); console.error("b"); console.log("c")', {
      onLine: (line: string) => lines.push(line),
    });
    expect(output).toBe("a\nc");
    expect(lines.toSorted()).toEqual(["a", "b", "c"]);
  });

  test("gets its input and exactly the environment that it was given", async () => {
    const code =
      "process.stdin.pipe(process.stdout); console.log(process.env.TOKEN, process.env.HOME)";
    expect(await script(code, { stdin: "the input" })).toBe("of the test undefined\nthe input");
  });

  test("gets its arguments as they are, never through a shell", async () => {
    const code = "console.log(process.argv[1])";
    const hostile = "$(id); `id` && 'x' \"y\"";
    expect(await run(process.execPath, ["-e", code, hostile], { environment })).toBe(hostile);
  });
});

describe("a command that fails", () => {
  test("shows itself, its exit code and its last lines, without noise", async () => {
    const code =
      'for (let i = 0; i < 30; i++) console.log("line", i); console.error("I1 noise"); process.exit(7)';
    const error = await script(code, { noise: /^I1/ }).catch((caught) => caught);
    expect(error).toBeInstanceOf(CommandError);
    expect(error.message).toMatch(/failed with exit code 7:\n {2}\| line 10\n/);
    expect(error.message).toMatch(/line 29$/);
    expect(error.isMissing).toBe(false);
  });

  test("by a signal names the signal", async () => {
    await expect(script('process.kill(process.pid, "SIGKILL")')).rejects.toThrow("signal SIGKILL");
  });

  test("because there is no such program says so", async () => {
    const error = await run("/nonexistent/kind", [], { environment }).catch((caught) => caught);
    expect(error).toMatchObject({ isMissing: true });
    expect(error.message).toBe(
      'Could not start /nonexistent/kind: there is no program "/nonexistent/kind".',
    );
  });
});

describe("a command whose signal is aborted", () => {
  test("is ended, and the reason of the signal is thrown", async () => {
    const abort = new AbortController();
    const running = script('console.log("up"); setInterval(() => {}, 1000)', {
      signal: abort.signal,
      onLine: () => abort.abort(new Error("cancelled")),
    });
    await expect(running).rejects.toThrow("cancelled");
  });

  test("is never begun if that was before", async () => {
    const signal = AbortSignal.abort(new Error("too late"));
    await expect(script("", { signal })).rejects.toThrow("too late");
  });
});

test.each([
  ["plain/word-1.0=a", "plain/word-1.0=a"],
  ["two words", "'two words'"],
  ["it's", `'it'\\''s'`],
  ["", "''"],
])("the argument %j can be pasted as %s", (word, shown) => {
  expect(pasteable("kind", [word])).toBe(`kind ${shown}`);
});
