import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseInputs } from "../../../action/inputs/parse.ts";
import type { Piece } from "../../../action/pieces.ts";
import { loadManifests } from "../../../client/manifests/load.ts";
import { parseProbes } from "../../../client/probes/parse.ts";
import { problemsOfExtraVars } from "../../../crds/extra-vars.ts";
import { OURS, pieceOf, root } from "./pages.ts";

const RECIPES = "docs/recipes";
const EXPRESSION = /\$\{\{[^}]*\}\}/g;
const CHECKOUT = /^actions\/checkout@[0-9a-f]{40}$/;

interface RecipeStep {
  uses?: string;
  with?: Record<string, unknown>;
}

interface Job {
  permissions?: unknown;
  "timeout-minutes"?: number;
  strategy?: { matrix: Record<string, string[]> };
  steps: RecipeStep[];
}

const read = (file: string): string => readFileSync(join(root, file), "utf8");
const recipes = readdirSync(join(root, RECIPES)).filter((name) => name.endsWith(".yml"));

/** The steps of a recipe with what a matrix gives them, and any word for other expressions. */
function stepsOf(recipe: string): RecipeStep[] {
  const { jobs } = parse(read(`${RECIPES}/${recipe}`)) as { jobs: Record<string, Job> };
  return Object.values(jobs).flatMap(({ steps, strategy }) => {
    const [[name, values] = ["", [""]]] = Object.entries(strategy?.matrix ?? {});
    return values.flatMap((value) => {
      const text = JSON.stringify(steps)
        .replaceAll(`\${{ matrix.${name} }}`, value)
        .replaceAll(EXPRESSION, "1");
      return JSON.parse(text) as RecipeStep[];
    });
  });
}

/** What a runner gives for inputs that are left out. */
function defaultsOf(piece: Piece): Record<string, string> {
  const { inputs } = parse(read(`action/${piece === "all" ? "" : `${piece}/`}action.yml`));
  return Object.fromEntries(
    Object.entries<{ default: string }>(inputs).map(([name, input]) => [
      name,
      input.default.replace(EXPRESSION, "1"),
    ]),
  );
}

const ourStepsOf = (recipe: string) => stepsOf(recipe).filter(({ uses = "" }) => OURS.test(uses));

test("there are ten recipes, and each is a workflow of our action", () => {
  expect(recipes.map((name) => Number(name.slice(0, 2)))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  for (const recipe of recipes) expect(ourStepsOf(recipe), recipe).not.toEqual([]);
});

describe.each(recipes)("the recipe %s", (recipe) => {
  const workflow = parse(read(`${RECIPES}/${recipe}`));

  test("has no more rights than it needs, and a time limit", () => {
    const comments = ourStepsOf(recipe).some((step) => step.with?.comment === true);
    const more = { contents: "read", "pull-requests": "write" };
    expect(workflow.permissions).toEqual({ contents: "read" });
    for (const job of Object.values<Job>(workflow.jobs)) {
      expect(job.permissions).toEqual(comments ? more : undefined);
      expect(job["timeout-minutes"]).toBeGreaterThan(0);
    }
  });

  test("pins every action of others, and keeps no credentials", () => {
    const others = stepsOf(recipe).filter(({ uses }) => uses && !OURS.test(uses));
    for (const { uses } of others) expect(uses).toMatch(/@[0-9a-f]{40}$/);
    const checkouts = others.filter(({ uses = "" }) => CHECKOUT.test(uses));
    expect(checkouts).not.toEqual([]);
    for (const { uses, with: given } of checkouts) {
      expect(given).toMatchObject({ "persist-credentials": false });
      expect(read(".github/workflows/e2e.yml")).toContain(uses);
    }
  });

  test("has inputs that the action takes", () => {
    for (const { uses = "", with: given = {} } of ourStepsOf(recipe)) {
      const piece = pieceOf(uses);
      const all = { ...defaultsOf(piece), ...given };
      const variables = Object.entries(all).map(([name, value]) => [
        `INPUT_${name.toUpperCase()}`,
        String(value),
      ]);
      expect(() => parseInputs(Object.fromEntries(variables), piece)).not.toThrow();
    }
  });

  test("runs faults that its roles can carry out", async () => {
    const manifests = await manifestsOf(recipe);
    expect(manifests).not.toEqual([]);
    for (const { action } of manifests) {
      const { spec } = parse(read(`collection/pystolroles/${action.spec.role}.yaml`));
      const { role, extraVars = {}, target } = action.spec;
      expect(problemsOfExtraVars(spec.arguments, extraVars), action.metadata.name).toEqual([]);
      expect(Boolean(target), `${role} has a target`).toBe(Boolean(spec.actsOn));
    }
  });

  test("has probes that can be read", () => {
    for (const { with: given = {} } of ourStepsOf(recipe)) {
      if (given.probes) parseProbes(String(given.probes), { source: recipe });
    }
  });
});

test("every fault in the folder is of use in a recipe", async () => {
  const files = readdirSync(join(root, RECIPES, "faults")).map(
    (name) => `${RECIPES}/faults/${name}`,
  );
  const all = await Promise.all(recipes.map(manifestsOf));
  const used = new Set(all.flat().map(({ file }) => file));
  expect(files.filter((file) => !used.has(file))).toEqual([]);
});

async function manifestsOf(recipe: string) {
  const given = ourStepsOf(recipe).flatMap((step) => step.with?.actions ?? []);
  const name = 'the input "actions"';
  const loaded = given.map((actions) =>
    loadManifests({ given: String(actions), name, directory: root, namespace: "shop", root }),
  );
  return (await Promise.all(loaded)).flat();
}
