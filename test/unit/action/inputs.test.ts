import { describe, expect, test } from "vitest";
import { InputError, isGiven, parseInputs } from "../../../action/inputs.ts";

const images = { "operator-image": "pystol-operator:1", "runner-image": "pystol-runner:1" };

/** Parses inputs as a runner hands them over, with both images unless the test says otherwise. */
function parse(inputs: Record<string, string>) {
  const all = Object.entries({ ...images, ...inputs });
  return parseInputs(
    Object.fromEntries(all.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
  );
}

function problemsOf(inputs: Record<string, string>): string[] {
  try {
    parse(inputs);
  } catch (error) {
    if (error instanceof InputError) return error.message.split("\n").slice(1);
    throw error;
  }
  return [];
}

describe("inputs", () => {
  test("that are left out get their defaults", () => {
    expect(parse({})).toEqual({
      actions: [],
      namespace: "default",
      kubeconfig: undefined,
      context: undefined,
      clusterName: "pystol",
      workers: 0,
      nodeImage: undefined,
      kindConfig: undefined,
      kindPath: "kind",
      operatorImage: "pystol-operator:1",
      runnerImage: "pystol-runner:1",
      imageArchives: [],
      roles: [],
      deploy: true,
      nodeFaults: "auto",
      cleanup: "always",
      resultsDirectory: undefined,
      concurrency: 1,
      timeoutMs: 1_800_000,
      readyTimeoutMs: 300_000,
    });
  });

  test("of several lines lose empty ones, blanks and comments", () => {
    expect(parse({ actions: "\n  a.yaml \n# not this\n\nb/*.yaml\n" }).actions).toEqual([
      "a.yaml",
      "b/*.yaml",
    ]);
  });

  test("bring a cluster by a kubeconfig or a context", () => {
    expect(isGiven(parse({ kubeconfig: "k" }))).toBe(true);
    expect(isGiven(parse({ context: "c" }))).toBe(true);
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
    [{ actions: "# test/faults/*.yaml\n" }, 'Input "actions" has comments alone'],
    [{ "cluster-name": "-rf" }, '"cluster-name" is "-rf"'],
    [
      { workers: "two" },
      '"workers" is "two"; expected a whole number from 0 to 20, for example "1".',
    ],
    [{ workers: "21" }, '"workers" is "21"'],
    [{ workers: "-1" }, '"workers" is "-1"'],
    [{ concurrency: "0" }, '"concurrency" is "0"; expected a whole number from 1 to 100'],
    [{ deploy: "yes" }, '"deploy" is "yes"; expected one of "true", "false".'],
    [{ "node-faults": "yes" }, '"node-faults" is "yes"; expected one of "auto", "true", "false".'],
    [{ cleanup: "on-success" }, '"cleanup" is "on-success"; expected one of "always", "never".'],
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
    [{ kubeconfig: "k", "image-archives": "a.tar" }, '"image-archives" goes with'],
    [{ "kind-config": "a.yaml", workers: "1" }, '"workers" and "kind-config" both say'],
    [
      { deploy: "false", actions: "a.yaml" },
      '"deploy" is "false", but a cluster that the action makes has no Pystol',
    ],
    [{ deploy: "false", kubeconfig: "k", roles: "r.yaml" }, '"roles" goes with "deploy: true"'],
    [
      { deploy: "false", kubeconfig: "k", "node-faults": "true" },
      '"node-faults" goes with "deploy: true"',
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

test("variables of other programs that begin alike are none of our business", () => {
  expect(problemsOf({ something_else: "x" })).toEqual([]);
});
