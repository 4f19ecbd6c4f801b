import { describe, expect, it } from "vitest";
import { CommandError, run } from "../../cluster/command.ts";

const purpose = "Try it";
const script = (text: string) => ["-c", text];

describe("a command", () => {
  it("gets its arguments as they are: no shell reads them", async () => {
    const { stdout } = await run("echo", ["$(id)", ";", "a  b"], { purpose });
    expect(stdout).toBe("$(id) ; a  b\n");
  });

  it("that fails is shown with its exit code and both of its outputs", async () => {
    const failed = run("sh", script("echo out; echo err >&2; exit 3"), { purpose });
    await expect(failed).rejects.toThrow(CommandError);
    await expect(failed).rejects.toThrow(/^Try it failed with exit code 3\.\n {2}\$ sh -c /);
    await expect(failed).rejects.toThrow("  | out\n  | err");
  });

  it("that does not exist is named", async () => {
    await expect(run("no-such-program", [], { purpose })).rejects.toThrow(
      "Try it could not start: there is no program no-such-program.",
    );
  });

  it("that takes too long is ended, with what it started", async () => {
    const slow = run("sh", script("sleep 600 & wait"), { purpose, timeoutMs: 100 });
    await expect(slow).rejects.toThrow("Try it ran into its limit of 0.1 s.");
  });

  it("is ended when the caller gives up", async () => {
    const caller = new AbortController();
    const slow = run("sleep", ["600"], { purpose, signal: caller.signal });
    caller.abort();
    await expect(slow).rejects.toThrow("Try it was interrupted.");
  });

  it("is not started for a caller who gave up before", async () => {
    const given = run("sleep", ["600"], { purpose, signal: AbortSignal.abort() });
    await expect(given).rejects.toThrow("Try it was interrupted.");
  });
});
