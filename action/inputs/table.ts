import { isClusterName } from "../../client/kind/config.ts";
import type { Piece } from "../pieces.ts";
import {
  choice,
  duration,
  expression,
  flag,
  image,
  lines,
  matching,
  optional,
  text,
  whole,
} from "./kinds.ts";

const CLUSTER: readonly Piece[] = ["all", "setup"];
const FAULTS: readonly Piece[] = ["all", "run"];
const REPORT: readonly Piece[] = ["all", "report"];

/** Every input, in the order of the documentation. The action.yml files and docs/action.md are generated from it. */
export const INPUTS = {
  actions: text({
    pieces: FAULTS,
    description:
      "The PystolActions to run: paths, folders or globs, one a line, or the manifests themselves. Without it nothing is run.",
  }),
  run: text({
    pieces: FAULTS,
    description:
      "A command, or a script of several lines, that bash runs while the fault acts: in a sequence once for each action, in parallel once under all. The fault is held until it ends.",
  }),
  prepare: text({
    pieces: CLUSTER,
    description:
      "A command, or a script of several lines, that bash runs once the cluster and Pystol are there and before any fault: the place to deploy what the faults are to act on.",
  }),
  "working-directory": text({
    pieces: FAULTS,
    preset: ".",
    description: "Where the command runs, below the workspace.",
  }),
  namespace: matching({
    pieces: ["all", "setup", "run"],
    preset: "default",
    form: (name) => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name),
    expected: 'the name of a namespace, for example "shop"',
    description:
      "The namespace of manifests that name none. In a cluster that the action makes, it is made and takes part in faults.",
  }),
  mode: choice({
    pieces: FAULTS,
    preset: "sequence",
    choices: ["sequence", "parallel"],
    description:
      "Whether the actions run one after another, in the order of the manifests, or all at once.",
  }),
  "fail-fast": flag({
    pieces: FAULTS,
    preset: "false",
    description: "Whether a failure keeps the actions after it from being run.",
  }),
  probes: text({
    pieces: FAULTS,
    description:
      "What must be so before, while and after faults act: a list of probes in YAML, or the path of a file with one. A breach stops the fault and fails the step.",
  }),
  "require-evidence": choice({
    pieces: FAULTS,
    preset: "auto",
    choices: ["auto", "true", "false"],
    description:
      'Whether a pass without evidence fails the step, or is a warning. "auto" requires it in a cluster that the action made.',
  }),
  timeout: duration({
    pieces: FAULTS,
    preset: "30m",
    description: "The longest that all actions and commands may take together.",
  }),
  cluster: choice({
    pieces: ["all", "setup", "run"],
    preset: "auto",
    choices: ["auto", "kind", "current"],
    description:
      'Which cluster to use: "kind" makes one, "current" takes the current context of KUBECONFIG or ~/.kube/config. "auto" takes the one that "kubeconfig" or "context" names, and otherwise makes one; in action/run it takes that of action/setup.',
  }),
  kubeconfig: optional({
    pieces: ["all", "setup", "run"],
    description:
      "A kubeconfig file of the cluster to use, in which it is the current context unless another is named.",
  }),
  context: optional({
    pieces: ["all", "setup", "run"],
    description: "The context of the kubeconfig, or of the usual ones, to use.",
  }),
  "cluster-name": matching({
    pieces: CLUSTER,
    preset: "pystol",
    form: isClusterName,
    expected: 'the name of a kind cluster, for example "ci"',
    description:
      "The name of the kind cluster to make. One that has the name already is an error, and is left alone.",
  }),
  workers: whole({
    pieces: CLUSTER,
    preset: "0",
    least: 0,
    most: 20,
    description: "How many worker nodes the kind cluster has, beside its control plane.",
  }),
  "kind-config": optional({
    pieces: CLUSTER,
    description:
      'A kind configuration, as text of several lines or as the path of a file. Goes instead of "workers".',
  }),
  provider: choice({
    pieces: CLUSTER,
    preset: "auto",
    choices: ["auto", "docker", "podman", "nerdctl"],
    description:
      'The container engine that runs the nodes. "auto" is KIND_EXPERIMENTAL_PROVIDER, or the first of them that answers.',
  }),
  "kind-path": optional({
    pieces: CLUSTER,
    description:
      "A kind program to use. Without it the version that Pystol pins is downloaded, and its SHA-256 verified.",
  }),
  "node-image": image({
    pieces: CLUSTER,
    example: "kindest/node:v1.34.0",
    description: "The node image, best by digest. Without it, the one that Pystol pins with kind.",
  }),
  "node-image-archive": optional({
    pieces: CLUSTER,
    description: 'An archive with the image of "node-image", for machines that cannot pull it.',
  }),
  "ready-timeout": duration({
    pieces: CLUSTER,
    preset: "5m",
    description: "The longest that a new cluster, and after it the operator, may take to be ready.",
  }),
  images: lines({
    pieces: CLUSTER,
    description:
      "Images of the container engine to load onto every node of the cluster that the action makes, one a line.",
  }),
  "image-archives": lines({
    pieces: CLUSTER,
    description:
      "Archives of images (docker save, podman save) to load onto every node of the cluster that the action makes, one a line.",
  }),
  deploy: flag({
    pieces: CLUSTER,
    preset: "true",
    description:
      'Whether to deploy Pystol, or bring it up to date; "false" where the cluster has it already.',
  }),
  "operator-image": image({
    pieces: CLUSTER,
    example: "registry.example/pystol-operator:1",
    description: 'The operator\'s image. Required unless "deploy" is false.',
  }),
  "runner-image": image({
    pieces: CLUSTER,
    example: "registry.example/pystol-runner:1",
    description:
      'The image of runner pods, for roles that name none. Required unless "deploy" is false.',
  }),
  features: lines({
    pieces: CLUSTER,
    preset: "auto",
    description:
      'Features to deploy beside the base, one a line: "node-faults" lets roles act on the nodes of their targets by privileged helper pods, "high-availability" runs two operators; or "none". "auto" is node-faults in a cluster that the action makes.',
  }),
  roles: lines({
    pieces: CLUSTER,
    description: "Files of further PystolRoles to apply, one a line.",
  }),
  cleanup: choice({
    pieces: CLUSTER,
    preset: "always",
    choices: ["always", "on-success", "never"],
    description:
      "When the post step removes the cluster that the action made. A given cluster is never removed.",
  }),
  "results-directory": optional({
    pieces: ["all", "run", "report"],
    description:
      "Where results.json, junit.xml, summary.md, badge.json and badge.svg go; without it, a new folder in RUNNER_TEMP.",
  }),
  diagnostics: choice({
    pieces: ["all", "setup", "report"],
    preset: "upload",
    choices: ["upload", "collect", "never"],
    description:
      'What to do after a failure with what the cluster says (logs, events, resources; no secrets): "upload" it as an artifact, only "collect" it, or "never".',
  }),
  comment: flag({
    pieces: REPORT,
    preset: "false",
    description:
      'Whether to comment on the pull request: one comment, which is updated. Needs the permission "pull-requests: write".',
  }),
  "github-token": optional({
    pieces: REPORT,
    preset: expression("github.token"),
    description: 'The token that "comment" uses.',
  }),
  matrix: text({
    pieces: REPORT,
    preset: expression("toJSON(matrix)"),
    description:
      "What tells the legs of the job's matrix apart, so that each has a comment of its own. Not to be given.",
  }),
} as const;

export type InputName = keyof typeof INPUTS;
