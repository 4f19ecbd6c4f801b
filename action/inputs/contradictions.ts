import type { Piece } from "../pieces.ts";
import { isGiven } from "./given.ts";
import type { Inputs } from "./parse.ts";

const FEATURES = ["node-faults", "high-availability"];

/** What is wrong with inputs that are each right: a sentence for each. */
export function contradictions(inputs: Inputs, piece: Piece): string[] {
  const isSetup = piece === "all" || piece === "setup";
  return [
    ...(isSetup ? ofCluster(inputs) : []),
    ...(isSetup ? ofDeployment(inputs, piece) : []),
    ...(piece === "all" || piece === "run" ? ofFaults(inputs, piece) : []),
    ...(inputs.comment && !inputs["github-token"]
      ? [
          'Input "comment" is true, but "github-token" is empty; expected a token. Without the input it is github.token, that of the workflow.',
        ]
      : []),
  ];
}

function ofCluster(inputs: Inputs): string[] {
  const problems: string[] = [];
  if (isGiven(inputs)) {
    const onlyMade: (keyof Inputs)[] = [
      "node-image",
      "node-image-archive",
      "kind-config",
      "kind-path",
      "images",
      "image-archives",
    ];
    for (const name of onlyMade) {
      const value = inputs[name];
      if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
      problems.push(onlyForMade(name));
    }
    if (inputs.workers > 0) problems.push(onlyForMade("workers"));
    if (inputs.cluster === "kind") {
      problems.push(
        'Input "cluster" is "kind", which makes a cluster, but "kubeconfig" or "context" brings one; remove one of them.',
      );
    }
  }
  if (inputs["kind-config"] !== undefined && inputs.workers > 0) {
    problems.push(
      'Inputs "workers" and "kind-config" both say which nodes there are; remove one of them.',
    );
  }
  if (inputs["node-image-archive"] !== undefined && inputs["node-image"] === undefined) {
    problems.push(
      'Input "node-image-archive" goes with "node-image", which names the image in it, for example "kindest/node:v1.34.0".',
    );
  }
  return problems;
}

function onlyForMade(name: string): string {
  return `Input "${name}" goes with a cluster that the action makes, but "cluster", "kubeconfig" or "context" brings one; remove one of them.`;
}

function ofDeployment(inputs: Inputs, piece: Piece): string[] {
  const problems: string[] = [];
  if (inputs.deploy) {
    for (const name of ["operator-image", "runner-image"] as const) {
      if (inputs[name] !== undefined) continue;
      problems.push(
        `Input "${name}" is empty; expected the image to deploy, for example "registry.example/pystol:1", or "deploy: false" where Pystol is deployed already.`,
      );
    }
    const { features } = inputs;
    const isAlone = features.length === 1 && ["auto", "none"].includes(features[0] ?? "");
    const strange = isAlone ? [] : features.filter((each) => !FEATURES.includes(each));
    for (const each of strange) {
      problems.push(
        `Input "features" has ${JSON.stringify(each)}; expected "auto" or "none" alone, or some of ${FEATURES.map((one) => `"${one}"`).join(", ")}.`,
      );
    }
    return problems;
  }
  if (piece === "all" && !isGiven(inputs) && inputs.actions !== "") {
    problems.push(
      'Input "deploy" is "false", but a cluster that the action makes has no Pystol to run "actions" with; expected "true", or a "kubeconfig".',
    );
  }
  if (inputs.roles.length > 0) {
    problems.push('Input "roles" goes with "deploy: true", which applies them.');
  }
  if (inputs.features.join() !== "auto") {
    problems.push('Input "features" goes with "deploy: true", which deploys them.');
  }
  return problems;
}

function ofFaults(inputs: Inputs, piece: Piece): string[] {
  if (piece === "run" && inputs.cluster === "kind") {
    return [
      'Input "cluster" is "kind", but action/run makes no cluster; leave that to action/setup, or give "current".',
    ];
  }
  if (inputs.actions !== "") return [];
  if (piece === "run") {
    return ['Input "actions" is empty; expected the manifests to run, for example "chaos/*.yaml".'];
  }
  return (["run", "probes"] as const)
    .filter((name) => inputs[name] !== "")
    .map(
      (name) =>
        `Input "${name}" goes with "actions", under whose faults it runs, but there are none.`,
    );
}
