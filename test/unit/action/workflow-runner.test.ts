import { describe, expect, test } from "vitest";
import { inputVariables } from "../../../scripts/start/action-metadata.ts";
import { parseFileCommands } from "../../../scripts/start/file-commands.ts";
import { parseWorkflowCommand } from "../../../scripts/start/workflow-command.ts";

describe("a file of outputs", () => {
  test("holds pairs on one line and over several, of which the last wins", () => {
    const text = "a=1\nb<<END\nx=1\n\ny\nEND\na=2=3\nempty=\n";
    expect(parseFileCommands(text)).toEqual({ a: "2=3", b: "x=1\n\ny", empty: "" });
  });

  test.each(["plain text\n", "a<<END\nno end\n"])("%j is refused", (text) => {
    expect(() => parseFileCommands(text)).toThrow(/A file command/);
  });
});

describe("a line of output", () => {
  test.each([
    ["::endgroup::", { command: "endgroup", properties: {}, message: "" }],
    ["  ::group::Cluster", { command: "group", properties: {}, message: "Cluster" }],
    [
      "::error title=a%2Cb%3A c,file=x.yaml,line=3::one%0Atwo %25::x",
      {
        command: "error",
        properties: { title: "a,b: c", file: "x.yaml", line: "3" },
        message: "one\ntwo %::x",
      },
    ],
  ])("%j is a command", (line, command) => {
    expect(parseWorkflowCommand(line)).toEqual(command);
  });

  test.each(["plain", "a ::error::b", "std::vector", "::"])("%j is text", (line) => {
    expect(parseWorkflowCommand(line)).toBeUndefined();
  });
});

describe("inputs", () => {
  const metadata = {
    name: "a",
    inputs: { "with-default": { default: "1" }, plain: {}, needed: { required: true } },
    runs: { using: "node24", main: "m.js" },
  };

  test("become variables: what is given, or else the default, or else nothing", () => {
    expect(inputVariables(metadata, { needed: "x", "other one": "y" })).toEqual({
      "INPUT_WITH-DEFAULT": "1",
      INPUT_PLAIN: "",
      INPUT_NEEDED: "x",
      INPUT_OTHER_ONE: "y",
    });
  });

  test("that are required must be given", () => {
    expect(() => inputVariables(metadata, {})).toThrow("Input required and not supplied: needed");
  });
});
