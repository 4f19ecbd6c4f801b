import type { Typing } from "./inputs/kinds.ts";
import type { Piece } from "./pieces.ts";

const SETUP: readonly Piece[] = ["all", "setup"];
const RESULTS: readonly Piece[] = ["all", "run", "report"];
const REPORT: readonly Piece[] = ["all", "report"];

interface Output {
  pieces: readonly Piece[];
  description: string;
  /** A string, if it is not given. */
  typing?: Typing;
}

/** Every output. The action.yml files and docs/action.md are generated from it. */
export const OUTPUTS = {
  outcome: {
    pieces: ["all", "setup", "run", "report"],
    typing: { type: "enum", "allowed-values": ["passed", "failed"] },
    description:
      "passed if every action ended as expected, every command succeeded under its fault and no probe was breached; otherwise failed.",
  },
  reason: {
    pieces: ["all", "setup", "run", "report"],
    description: "One line on the outcome, the reason of a failure first.",
  },
  results: { pieces: RESULTS, description: "The path of results.json." },
  junit: { pieces: RESULTS, description: "The path of junit.xml." },
  summary: { pieces: RESULTS, description: "The path of summary.md." },
  badge: {
    pieces: RESULTS,
    description:
      "The path of badge.json, for the endpoint badge of shields; badge.svg is beside it.",
  },
  passed: {
    pieces: RESULTS,
    typing: { type: "integer" },
    description: "How many actions ended as expected.",
  },
  failed: {
    pieces: RESULTS,
    typing: { type: "integer" },
    description: "How many did not.",
  },
  kubeconfig: {
    pieces: SETUP,
    description:
      "The path of the cluster's kubeconfig. For a cluster that the action made, KUBECONFIG is set to it for later steps too.",
  },
  "cluster-name": {
    pieces: SETUP,
    description: "The name of the kind cluster that the action made.",
  },
  diagnostics: {
    pieces: ["all", "setup", "report"],
    description: "The path of what was collected after a failure.",
  },
  "diagnostics-artifact": {
    pieces: ["all", "setup", "report"],
    description: "The ID of the artifact that it was uploaded as.",
  },
  "comment-url": {
    pieces: REPORT,
    description: "The address of the comment on the pull request.",
  },
} as const satisfies Record<string, Output>;

export type OutputName = keyof typeof OUTPUTS;

/** The type of an output. */
export function typingOf(name: OutputName): Typing {
  const output: Output = OUTPUTS[name];
  return output.typing ?? { type: "string" };
}

/** The names of a piece's outputs. */
export function outputsOf(piece: Piece): OutputName[] {
  return (Object.keys(OUTPUTS) as OutputName[]).filter((name) =>
    (OUTPUTS[name].pieces as readonly Piece[]).includes(piece),
  );
}
