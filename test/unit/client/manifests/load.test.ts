import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadManifests } from "../../../../client/manifests/load.ts";
import { ManifestError } from "../../../../client/manifests/problem.ts";

const root = join(import.meta.dirname, "../../../..");

async function workspace(files: Record<string, string>) {
  const directory = await mkdtemp(join(tmpdir(), "pystol-manifests-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(directory, name, ".."), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  return {
    load: (...patterns: string[]) =>
      loadManifests({
        ...{ given: patterns.join("\n"), name: 'the input "actions"' },
        ...{ directory, namespace: "shop", root },
      }),
    directory,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}

function action(name: string): string {
  return `apiVersion: pystol.org/v1alpha1\nkind: PystolAction\nmetadata: { name: ${name} }\nspec: { role: r }\n`;
}

describe("manifests are found", () => {
  const files = {
    "chaos/b.yaml": action("b"),
    "chaos/a.yml": action("a"),
    "chaos/notes.txt": "no manifest",
    "chaos/deep/c.yaml": action("c"),
  };

  test.each([
    [["chaos"], ["a", "b"]],
    [["chaos/*.yaml"], ["b"]],
    [["chaos/**/*.yaml"], ["b", "c"]],
    [
      ["chaos/b.yaml", "chaos"],
      ["b", "a"],
    ],
  ])("%j gives %j, each once", async (patterns, names) => {
    await using folder = await workspace(files);
    const manifests = await folder.load(...patterns);
    expect(manifests.map((each) => each.action.metadata.name)).toEqual(names);
  });

  test("with their path below the workspace, as an annotation needs it", async () => {
    await using folder = await workspace(files);
    const [manifest] = await folder.load(join(folder.directory, "chaos/b.yaml"));
    expect(manifest?.positionOf([]).file).toBe("chaos/b.yaml");
  });
});

test("a pattern that matches nothing, a bad file and a name given twice are all named at once", async () => {
  await using folder = await workspace({
    "one.yaml": action("a"),
    "two.yaml": action("a"),
    "bad.yaml": action("c").replace("role", "rolle"),
  });
  const error = await folder.load("*.yaml", "none/*.yaml").catch((caught) => caught);
  expect(error).toBeInstanceOf(ManifestError);
  expect(error.message.split("\n")).toEqual([
    "4 problems in the manifests:",
    expect.stringContaining('"none/*.yaml" matches no file'),
    "  bad.yaml:4:1: spec.role is required.",
    '  bad.yaml:4:9: spec.rolle is not a field; did you mean "role"?',
    "  two.yaml:3:13: metadata.name: shop/a is already defined at one.yaml:3; give each action a name of its own.",
  ]);
});

test("manifests may be given themselves, and are of no file", async () => {
  await using folder = await workspace({});
  const manifests = await folder.load(action("a"), "---", action("b"));
  expect(manifests.map((each) => [each.action.metadata.name, each.file])).toEqual([
    ["a", undefined],
    ["b", undefined],
  ]);
  const error = await folder.load(action("c").replace("role", "rolle")).catch((caught) => caught);
  expect(error.message).toContain('the input "actions":4:9: spec.rolle is not a field');
});

test("comments alone are no manifests", async () => {
  await using folder = await workspace({});
  await expect(folder.load("# a.yaml")).rejects.toThrow('the input "actions" names no manifest');
});
