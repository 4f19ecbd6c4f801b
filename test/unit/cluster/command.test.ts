import { describe, expect, it } from "vitest";
import { failureMessage } from "../../cluster/command.ts";
import { pasteable } from "../../cluster/shell-words.ts";

describe("a command as one can paste it", () => {
  it.each([
    [["podman", ["ps", "--all"]], "podman ps --all"],
    [["kubectl", ["get", "--raw", "/readyz?a=b&c"]], "kubectl get --raw '/readyz?a=b&c'"],
    [["echo", ["it's"]], "echo 'it'\\''s'"],
    [["echo", [""]], "echo ''"],
  ] as const)("%j", ([file, args], expected) => {
    expect(pasteable(file, args)).toBe(expected);
  });

  it("begins with its variables", () => {
    expect(pasteable("kind", ["version"], { A: "1", B: "x y" })).toBe("A=1 B='x y' kind version");
  });
});

describe("the message of a command's failure", () => {
  const failure = {
    purpose: "Compile kind",
    reason: "failed with exit code 2",
    command: "go install kind",
    output: "",
  };

  it("says what it was for, how it ended, the command, its output and what to do", () => {
    const message = failureMessage({ ...failure, output: "no room\n", advice: "Make room." });
    expect(message).toBe(
      [
        "Compile kind failed with exit code 2.",
        "  $ go install kind",
        "  | no room",
        "  Make room.",
      ].join("\n"),
    );
  });

  it("shows the last 20 lines of a long output", () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`);
    const shown = failureMessage({ ...failure, output: lines.join("\n") })
      .split("\n")
      .slice(2);
    expect(shown).toHaveLength(20);
    expect(shown[0]).toBe("  | line 11");
    expect(shown.at(-1)).toBe("  | line 30");
  });

  it("names the folder that the command has to run in", () => {
    expect(failureMessage({ ...failure, cwd: "/src" })).toContain("  $ cd /src && go install kind");
  });
});
