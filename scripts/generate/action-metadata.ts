import { stringify } from "yaml";
import { inputsOf } from "../../action/inputs/parse.ts";
import { INPUTS } from "../../action/inputs/table.ts";
import { OUTPUTS, outputsOf, typingOf } from "../../action/outputs.ts";
import type { Piece } from "../../action/pieces.ts";

const ABOUT: Readonly<Record<Piece, { name: string; description: string; hasPost: boolean }>> = {
  all: {
    name: "Pystol",
    description:
      "Makes or takes a Kubernetes cluster, runs faults in it while your tests run, and fails the job unless all went as expected.",
    hasPost: true,
  },
  setup: {
    name: "Pystol setup",
    description: "Makes or takes a Kubernetes cluster and deploys Pystol, for action/run.",
    hasPost: true,
  },
  run: {
    name: "Pystol run",
    description: "Runs faults, and your command under them, in the cluster of action/setup.",
    hasPost: true,
  },
  report: {
    name: "Pystol report",
    description: "Reports what every action/run of this job came to.",
    hasPost: false,
  },
};

/** The text of a piece's action.yml, whose bundles are in the folder `dist`, seen from it. */
export function actionYml(piece: Piece, dist: string): string {
  const { name, description, hasPost } = ABOUT[piece];
  const program = `${dist}/${piece === "all" ? "index" : piece}.cjs`;
  const metadata = {
    ...{ name, description, author: "Pystol" },
    branding: { icon: "zap", color: "purple" },
    inputs: Object.fromEntries(
      inputsOf(piece).map((input) => {
        const { description, preset } = INPUTS[input as keyof typeof INPUTS];
        return [input, { description, default: preset }];
      }),
    ),
    outputs: Object.fromEntries(
      outputsOf(piece).map((output) => [output, { description: OUTPUTS[output].description }]),
    ),
    runs: {
      ...{ using: "node24", main: program },
      ...(hasPost ? { post: program } : {}),
    },
  };
  return yamlText(metadata);
}

/**
 * The text of the action-types.yml beside it, from which typed workflows are generated.
 * https://github.com/typesafegithub/github-actions-typing#type-definitions
 */
export function actionTypesYml(piece: Piece): string {
  const inputs = inputsOf(piece).map((name) => [name, INPUTS[name as keyof typeof INPUTS].typing]);
  const outputs = outputsOf(piece).map((name) => [name, typingOf(name)]);
  return yamlText({ inputs: Object.fromEntries(inputs), outputs: Object.fromEntries(outputs) });
}

function yamlText(value: object): string {
  const note =
    '# Generated from action/inputs/table.ts and action/outputs.ts by "npm run generate". Do not edit.';
  const options = { lineWidth: 0, aliasDuplicateObjects: false, blockQuote: false } as const;
  return `${note}\n${stringify(value, { ...options, defaultKeyType: "PLAIN", defaultStringType: "PLAIN" })}`;
}
