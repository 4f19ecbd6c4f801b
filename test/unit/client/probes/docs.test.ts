import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { parseProbes } from "../../../../client/probes/parse.ts";

const page = await readFile(join(import.meta.dirname, "../../../../docs/probes.md"), "utf8");
const blocks = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = ""]) => text);
const examples = blocks.map((text) => {
  const [first] = parse(text);
  return first.uses === undefined ? text : first.with.probes;
});

test("every example of docs/probes.md is right", () => {
  for (const text of examples)
    expect(parseProbes(text, { source: "docs/probes.md" })).not.toEqual([]);
});

test("there is an example of every kind, and of every field", () => {
  const kinds = examples
    .flatMap((text) => parseProbes(text, { source: "" }))
    .map(({ check }) => check.kind);
  expect([...new Set(kinds)].sort()).toEqual(["command", "condition", "http", "tcp"]);
  for (const field of [
    "when",
    "interval",
    "timeout",
    "failureThreshold",
    "method",
    "headers",
    "bodyContains",
  ]) {
    expect(
      blocks.some((text) => text.includes(`${field}:`)),
      field,
    ).toBe(true);
  }
});

test("the defaults are those that the page tells", () => {
  const [http, , command] = parseProbes(blocks[0] ?? "", { source: "" });
  const told = (field: string) =>
    new RegExp(`^\\| \`${field}\` +\\| (.*?) +\\|`, "m").exec(page)?.[1];
  expect(told("interval")).toBe(`\`${Number(http?.intervalMs) / 1000}s\``);
  expect(told("failureThreshold")).toBe(`\`${http?.failureThreshold}\``);
  expect(told("timeout")).toBe(
    `\`${Number(http?.timeoutMs) / 1000}s\`; \`${Number(command?.timeoutMs) / 1000}s\` for \`command\`, \`condition\``,
  );
  expect(told("when")).toBe(`\`[${http?.when.join(", ")}]\``);
});
