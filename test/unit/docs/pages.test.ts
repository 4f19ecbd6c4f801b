import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { inputsOf } from "../../../action/inputs/parse.ts";
import { outputsOf } from "../../../action/outputs.ts";
import { PIECES } from "../../../action/pieces.ts";
import { OURS, pages, pieceOf, root } from "./pages.ts";

const read = (page: string): string => readFileSync(join(root, page), "utf8");

/** The text of a page's fences of YAML. */
const fencesOf = (text: string) =>
  [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, fence = ""]) => fence);

/** Every object within a value that has `uses`. */
function stepsIn(value: unknown): { uses: string; with?: object }[] {
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.values(value).flatMap(stepsIn);
  return "uses" in value ? [value as { uses: string }, ...inside] : inside;
}

/** What GitHub makes of a heading: https://docs.github.com/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#section-links */
function anchorsOf(text: string): string[] {
  const prose = text.replace(/^```.*?^```$/gms, "");
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
}

describe.each(pages)("%s", (page) => {
  const text = read(page);

  test("uses our action with inputs that it has", () => {
    const strange = fencesOf(text)
      .flatMap((fence) => stepsIn(parse(fence)))
      .filter(({ uses }) => OURS.test(uses))
      .flatMap(({ uses, with: given = {} }) =>
        Object.keys(given)
          .filter((name) => !inputsOf(pieceOf(uses)).includes(name))
          .map((name) => `${uses}: ${name}`),
      );
    expect(strange).toEqual([]);
  });

  test("links to pages, files and headings that there are", () => {
    const prose = text.replace(/^```.*?^```$/gms, "").replace(/`[^`\n]*`/g, "``");
    const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
    const broken = links.filter((link) => {
      if (/^(https?|mailto):/.test(link)) return false;
      const [path = "", anchor] = link.split("#");
      const file = path === "" ? join(root, page) : join(root, dirname(page), path);
      if (!existsSync(file)) return true;
      if (anchor === undefined || statSync(file).isDirectory()) return false;
      return !anchorsOf(readFileSync(file, "utf8")).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});

test("docs/action.md has every input and output of every piece", () => {
  const text = read("docs/action.md");
  for (const name of PIECES.flatMap((piece) => [...inputsOf(piece), ...outputsOf(piece)])) {
    expect(text).toMatch(new RegExp(`^\\| \`${name}\` +\\|`, "m"));
  }
});

test("the fault that docs/action.md begins with is the one in the file", () => {
  const [fault = ""] = fencesOf(read("docs/action.md"));
  expect(parse(fault)).toEqual(parse(read("docs/recipes/faults/one-replica.yaml")));
});
