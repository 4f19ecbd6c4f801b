import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseProbes } from "../../../../client/probes/parse.ts";
import { ProbeError } from "../../../../client/probes/problem.ts";

const parse = (text: string) => parseProbes(text, { source: "probes.yaml" });

describe("whatever the text is", () => {
  const leaf = fc.oneof(
    fc.constantFrom("http", "during", "1s", "http://a/b", "True", "v1", "🤖", "__proto__", "a\nb"),
    fc.string(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
  );
  const key = fc.oneof(
    fc.constantFrom(
      ...["name", "http", "tcp", "command", "condition", "when", "interval", "timeout"],
      ...["failureThreshold", "url", "status", "headers", "host", "port", "kind", "type"],
    ),
    fc.string(),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      leaf,
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(key, tie("value"), { maxKeys: 5 }),
    ),
  }));

  test.each([
    ["a list of anything", fc.array(value).map((list) => JSON.stringify(list))],
    ["any text", fc.string({ unit: "binary" })],
    [
      "YAML's own characters",
      fc.string({ unit: fc.constantFrom(..."-:[]{}&*!|>#?'\"%@` \n\tab1") }),
    ],
  ])("%s: probes, or a ProbeError with a place for each problem", (_name, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        try {
          for (const each of parse(text)) expect(each.name).not.toBe("");
        } catch (error) {
          if (!(error instanceof ProbeError)) throw error;
          expect(error.problems.length).toBeGreaterThan(0);
          for (const { position } of error.problems) {
            expect(position?.line).toBeGreaterThan(0);
            expect(position?.column).toBeGreaterThan(0);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  test.each([
    ["lists within lists", "[".repeat(20_000)],
    ["a list within itself", "- &a [*a]"],
    ["a mapping within itself", "- &a { name: *a, http: *a }"],
    [
      "aliases that grow",
      `- &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefg"].map((name, index) => `- &${name} [${Array(9).fill(`*${"abcdef"[index]}`)}]`).join("\n")}`,
    ],
    ["a tag", "- name: !secret x\n  command: x"],
  ])("%s are a ProbeError", (_name, text) => {
    expect(() => parse(text)).toThrow(ProbeError);
  });
});
