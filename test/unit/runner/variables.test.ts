import { describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { variablesYaml } from "../../../runner/variables.ts";

const unsafe = { tag: "!unsafe", resolve: (text: string) => text };

/** The document as a YAML reader sees it, with the tag !unsafe taken for text. */
function read(yaml: string): unknown {
  const document = parseDocument(yaml, { customTags: [unsafe], version: "1.1" });
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

  test("mark every string as unsafe, at any depth, keys of nested mappings too", () => {
    const yaml = variablesYaml({ a: "one", b: ["two", { three: "four" }] });
    expect(yaml.match(/!unsafe "/g)).toHaveLength(4);
    const others = yaml.replaceAll(/!unsafe "[^"]*"/g, "").match(/"[^"]*"/g);
    expect(others).toEqual(['"a"', '"b"']);
  });

  test("are ASCII alone, one variable a line", () => {
    const yaml = variablesYaml({
      text: awkward.filter((value) => typeof value === "string"),
      n: 1,
    });
    expect(yaml).toMatch(/^[\x20-\x7e\n]*$/);
    expect(yaml.trimEnd().split("\n")).toHaveLength(2);
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
