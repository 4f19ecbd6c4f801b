import { describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { variablesYaml } from "../../../runner/variables.ts";

/** The document as a YAML reader sees it, without the tag !unsafe in front of it. */
function read(yaml: string): unknown {
  const document = parseDocument(yaml.replace(/^!unsafe /, ""), { version: "1.1" });
  expect(document.errors).toEqual([]);
  return document.toJS();
}

const awkward: unknown[] = [
  "{{ lookup('pipe', 'id') }}",
  "{% raw %}",
  "a: b # c",
  "line\nbreak\ttab\r",
  'quote " and \\ backslash',
  "é ü 日本 😀",
  "\u0000\u0007\u007f\u0085\u00a0\u2028\u2029\ufeff",
  "",
  " ",
  "yes",
  "1",
  "2026-01-31",
  "1e3",
  "!!python/object:os.system",
  0,
  -1.5,
  1e21,
  1.25e-7,
  true,
  false,
  null,
  [],
  {},
];

describe("variables as YAML", () => {
  test("come back as they were, however awkward", () => {
    const variables = Object.fromEntries(awkward.map((value, index) => [`v${index}`, value]));
    expect(read(variablesYaml(variables))).toEqual(variables);
    const nested = { deep: { list: awkward, "{{ key }}": [{ "a b": awkward }] } };
    expect(read(variablesYaml(nested))).toEqual(nested);
  });

  test("are unsafe as a whole, and no string by itself, which would turn the text 1 into a number", () => {
    const yaml = variablesYaml({ a: "1", b: ["two", { three: "four" }] });
    expect(yaml.match(/!unsafe/g)).toHaveLength(1);
    expect(yaml).toMatch(/^!unsafe \{/);
    expect(parseDocument(yaml).errors).toEqual([]);
  });

  test("are ASCII alone, one variable a line", () => {
    const yaml = variablesYaml({
      text: awkward.filter((value) => typeof value === "string"),
      n: 1,
    });
    expect(yaml).toMatch(/^[\x20-\x7e\n]*$/);
    expect(yaml.trimEnd().split("\n")).toHaveLength(4);
  });

  test("of which there are none are an empty mapping", () => {
    expect(read(variablesYaml({}))).toEqual({});
  });

  test("replace half of a surrogate pair, which no encoding can carry", () => {
    expect(read(variablesYaml({ half: "a\ud83d" }))).toEqual({ half: "a\ufffd" });
  });

  test("refuse what JSON has no word for", () => {
    expect(() => variablesYaml({ call: () => 1 })).toThrow("A variable cannot be a function");
    expect(() => variablesYaml({ size: Number.NaN })).toThrow("A variable cannot be a number: NaN");
  });
});
