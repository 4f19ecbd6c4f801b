import { describe, expect, test } from "vitest";
import { isGiven } from "../../../action/inputs/given.ts";
import { InputError, parseInputs } from "../../../action/inputs/parse.ts";
import type { Piece } from "../../../action/pieces.ts";

const images = { "operator-image": "pystol-operator:1", "runner-image": "pystol-runner:1" };

/** Parses inputs as a runner hands them over, with both images where a piece has them, unless the test says otherwise. */
function parse(inputs: Record<string, string>, piece: Piece = "all") {
  const all = Object.entries({ ...(piece === "run" ? {} : images), ...inputs });
  return parseInputs(
    Object.fromEntries(all.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    piece,
  );
}

function problemsOf(inputs: Record<string, string>, piece: Piece = "all"): string[] {
  try {
    parse(inputs, piece);
  } catch (error) {
    if (error instanceof InputError) return error.message.split("\n").slice(1);
    throw error;
  }
  return [];
}

describe("inputs", () => {
  test("that are left out get their defaults", () => {
    expect(parse({})).toEqual({
      ...{ prepare: "", cluster: "auto" },
      ...{ actions: "", run: "", "working-directory": ".", namespace: "default" },
      ...{ mode: "sequence", "fail-fast": false, probes: "", "require-evidence": "auto" },
      ...{ timeout: 1_800_000, kubeconfig: undefined, context: undefined },
      ...{ "cluster-name": "pystol", workers: 0, "kind-config": undefined, provider: "auto" },
      ...{ "kind-path": undefined, "node-image": undefined, "node-image-archive": undefined },
      ...{ "ready-timeout": 300_000, images: [], "image-archives": [], deploy: true },
      "operator-image": "pystol-operator:1",
      "runner-image": "pystol-runner:1",
      ...{ features: ["auto"], roles: [], cleanup: "always", "results-directory": undefined },
      ...{ diagnostics: "upload", comment: false, "github-token": undefined, matrix: "" },
    });
  });

  test("of several lines lose empty ones, blanks and comments", () => {
    expect(parse({ roles: "\n  a.yaml \n# not this\n\nb.yaml\n" }).roles).toEqual([
      "a.yaml",
      "b.yaml",
    ]);
  });

  test("bring a cluster by a kubeconfig or a context", () => {
    expect(isGiven(parse({ kubeconfig: "k" }))).toBe(true);
    expect(isGiven(parse({ context: "c" }))).toBe(true);
    expect(isGiven(parse({ cluster: "current" }))).toBe(true);
    expect(isGiven(parse({}))).toBe(false);
  });
});

describe("a wrong input is refused with its name, its value, what is expected and an example", () => {
  test.each([
    [
      { namespace: "Shop" },
      '"namespace" is "Shop"; expected the name of a namespace, for example "shop".',
    ],
    [{ "cluster-name": "a b" }, '"cluster-name" is "a b"; expected the name of a kind cluster'],
    [{ roles: "# role.yaml\n" }, '"roles" is "# role.yaml"; expected at least one line'],
    [{ actions: "a.yaml", mode: "serial" }, '"mode" is "serial"; expected one of "sequence"'],
    [{ "fail-fast": "yes" }, '"fail-fast" is "yes"; expected one of "true", "false".'],
    [{ "require-evidence": "1" }, '"require-evidence" is "1"; expected one of "auto"'],
    [{ run: "npm test" }, '"run" goes with "actions"'],
    [{ probes: "- name: a" }, '"probes" goes with "actions"'],
    [{ comment: "true" }, '"comment" is true, but "github-token" is empty'],
    [{ "node-image-archive": "a.tar" }, '"node-image-archive" goes with "node-image"'],
    [{ features: "nodefaults" }, '"features" has "nodefaults"; expected "auto" or "none" alone'],
    [{ features: "none\nnode-faults" }, '"features" has "none"'],
    [{ provider: "lxc" }, '"provider" is "lxc"'],
    [{ something: "x" }, '"something" does not exist; there are: actions, run'],
    [{ kubeconfig: "k", images: "a:1" }, '"images" goes with a cluster that the action makes'],
    [{ "cluster-name": "-rf" }, '"cluster-name" is "-rf"'],
    [
      { workers: "two" },
      '"workers" is "two"; expected a whole number from 0 to 20, for example "1".',
    ],
    [{ workers: "21" }, '"workers" is "21"'],
    [{ workers: "-1" }, '"workers" is "-1"'],
    [{ deploy: "yes" }, '"deploy" is "yes"; expected one of "true", "false".'],
    [
      { cleanup: "on-failure" },
      '"cleanup" is "on-failure"; expected one of "always", "on-success"',
    ],
    [{ timeout: "300" }, '"timeout" is "300"; expected a duration from 1s to 24h'],
    [{ "ready-timeout": "0s" }, '"ready-timeout" is "0s"'],
    [
      { "node-image": "--config=/etc/passwd" },
      '"node-image" is "--config=/etc/passwd"; expected an image',
    ],
    [{ "operator-image": "a b" }, '"operator-image" is "a b"; expected an image'],
    [{ "operator-image": "" }, '"operator-image" is empty; expected the image to deploy'],
    [{ node_image: "x" }, '"node_image" does not exist; did you mean "node-image"?'],
    [
      { kubeconfig: "k", "node-image": "x" },
      '"node-image" goes with a cluster that the action makes',
    ],
    [{ context: "k", workers: "1" }, '"workers" goes with a cluster that the action makes'],
    [{ kubeconfig: "k", cluster: "kind" }, '"cluster" is "kind", which makes a cluster'],
    [{ cluster: "current", "node-image": "x" }, '"node-image" goes with a cluster that the action'],
    [{ kubeconfig: "k", "image-archives": "a.tar" }, '"image-archives" goes with'],
    [{ "kind-config": "a.yaml", workers: "1" }, '"workers" and "kind-config" both say'],
    [
      { deploy: "false", actions: "a.yaml" },
      '"deploy" is "false", but a cluster that the action makes has no Pystol',
    ],
    [{ deploy: "false", kubeconfig: "k", roles: "r.yaml" }, '"roles" goes with "deploy: true"'],
    [
      { deploy: "false", kubeconfig: "k", features: "node-faults" },
      '"features" goes with "deploy: true"',
    ],
  ])("%j", (inputs, problem) => {
    const problems = problemsOf(inputs as Record<string, string>);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  test("all of them at once", () => {
    expect(problemsOf({ workers: "x", cleanup: "x", timeout: "x" })).toHaveLength(3);
  });
});

test("an input of another piece is refused with the piece that has it", () => {
  expect(problemsOf({ mode: "parallel" }, "setup")).toEqual([
    '  Input "mode" does not exist; it is one of action/run.',
  ]);
  expect(problemsOf({}, "run")).toContain(
    '  Input "actions" is empty; expected the manifests to run, for example "chaos/*.yaml".',
  );
});
