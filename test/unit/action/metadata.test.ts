import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { inputsOf } from "../../../action/inputs/parse.ts";
import { INPUTS, type InputName } from "../../../action/inputs/table.ts";
import { outputsOf } from "../../../action/outputs.ts";
import { PIECES } from "../../../action/pieces.ts";

const root = join(import.meta.dirname, "../../..");
const folderOf = (piece: string) => (piece === "all" ? "action" : `action/${piece}`);
const read = (folder: string) => parse(readFileSync(join(root, folder, "action.yml"), "utf8"));

describe.each(PIECES)("action.yml of the piece %s", (piece) => {
  const metadata = read(folderOf(piece));

  test("has every input that the program reads, with its default, and no other", () => {
    const defaults = Object.entries<{ default: unknown }>(metadata.inputs).map(
      ([name, { default: preset }]) => [name, preset],
    );
    const wanted = inputsOf(piece).map((name) => [name, INPUTS[name as InputName].preset]);
    expect(defaults).toEqual(wanted);
  });

  test("declares every output that the program sets, and no other", () => {
    expect(Object.keys(metadata.outputs)).toEqual(outputsOf(piece));
  });

  test("describes each input and output, by names of the field's kind", () => {
    const all = { ...metadata.inputs, ...metadata.outputs };
    for (const [name, { description }] of Object.entries<{ description?: string }>(all)) {
      expect(description, name).toMatch(/\w+.*\.$/);
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    }
  });

  test("has a type for each input and output", () => {
    const file = join(root, folderOf(piece), "action-types.yml");
    const types = parse(readFileSync(file, "utf8"));
    expect(Object.keys(types.inputs)).toEqual(inputsOf(piece));
    expect(Object.keys(types.outputs)).toEqual(outputsOf(piece));
    for (const { type, ...more } of Object.values<{ type: string }>({
      ...types.inputs,
      ...types.outputs,
    }))
      expect([type, Object.keys(more)]).toEqual(
        type === "enum"
          ? ["enum", ["allowed-values"]]
          : type === "list"
            ? ["list", ["separator", "list-item"]]
            : [expect.stringMatching(/^(string|boolean|integer)$/), []],
      );
  });

  test("runs on Node 24 a program of the bundle, which has a source", () => {
    const { using, main, post } = metadata.runs;
    expect(using).toBe("node24");
    const name = piece === "all" ? "index" : piece;
    expect(main).toBe(piece === "all" ? "dist/index.cjs" : `../dist/${name}.cjs`);
    if (piece !== "report") expect(post).toBe(main);
    expect(existsSync(join(root, folderOf(piece), "main.ts"))).toBe(true);
  });
});

test("action.yml of the root is that of the whole action, but for where the bundle is", () => {
  const [inRoot, inAction] = [read("."), read("action")];
  expect(inRoot.runs).toMatchObject({
    main: "action/dist/index.cjs",
    post: "action/dist/index.cjs",
  });
  expect({ ...inRoot, runs: {} }).toEqual({ ...inAction, runs: {} });
});
