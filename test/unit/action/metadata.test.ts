import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { INPUTS } from "../../../action/inputs.ts";

const root = new URL("../../../", import.meta.url);
const read = (file: string) => parse(readFileSync(new URL(file, root), "utf8"));
const inAction = read("action/action.yml");
const inRoot = read("action.yml");

describe("action.yml", () => {
  test("has every input that the program reads, with its default, and no other", () => {
    const defaults = Object.entries<{ default: unknown }>(inAction.inputs).map(
      ([name, { default: preset }]) => [name, preset],
    );
    expect(Object.fromEntries(defaults)).toEqual(INPUTS);
  });

  test("describes each input and output", () => {
    const all = { ...inAction.inputs, ...inAction.outputs };
    for (const [name, { description }] of Object.entries<{ description?: string }>(all)) {
      expect(description, name).toMatch(/\w+.*\.$/);
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    }
  });

  test("runs one bundle, as main and as post, on Node 24", () => {
    expect(inAction.runs).toEqual({
      using: "node24",
      main: "dist/index.js",
      post: "dist/index.js",
    });
  });

  test("is the same in the root, but for where the bundle is", () => {
    const { main, post } = inRoot.runs;
    expect([main, post]).toEqual(["action/dist/index.js", "action/dist/index.js"]);
    expect({ ...inRoot, runs: {} }).toEqual({ ...inAction, runs: {} });
  });
});
