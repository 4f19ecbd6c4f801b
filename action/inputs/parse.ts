import { nearest } from "../../client/nearest.ts";
import type { Piece } from "../pieces.ts";
import { contradictions } from "./contradictions.ts";
import { type Input, presetOf } from "./kinds.ts";
import { INPUTS, type InputName } from "./table.ts";

/** What the workflow asks for, checked, under the names that it used. An input that a piece does not have is as if left empty. */
export type Inputs = {
  [Name in InputName]: (typeof INPUTS)[Name] extends Input<infer Value> ? Value : never;
};

/** All that is wrong with the inputs, a line each. */
export class InputError extends Error {
  override readonly name = "InputError";

  constructor(problems: readonly string[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`${count} in the inputs:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

const TABLE: Readonly<Record<string, Input<unknown>>> = INPUTS;

/** The names of a piece's inputs. */
export function inputsOf(piece: Piece): string[] {
  return Object.keys(TABLE).filter((name) => TABLE[name]?.pieces.includes(piece));
}

/**
 * The inputs as a runner hands them over: INPUT_ and the name in capitals.
 * https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax#inputs
 *
 * @throws InputError with every problem.
 */
export function parseInputs(environment: Environment, piece: Piece): Inputs {
  const problems = unknownInputs(environment, piece);
  const values: Record<string, unknown> = {};
  for (const [name, input] of Object.entries(TABLE)) {
    const isOurs = input.pieces.includes(piece);
    const text = (isOurs && environment[`INPUT_${name.toUpperCase()}`]?.trim()) || presetOf(input);
    const parsed = input.parse(text);
    if (parsed) values[name] = parsed.value;
    else problems.push(`Input "${name}" is ${JSON.stringify(text)}; expected ${input.expected}.`);
  }
  // What could not be read has been said; what contradicts it is not known.
  if (problems.length > 0) throw new InputError(problems);
  const inputs = values as Inputs;
  const contrary = contradictions(inputs, piece);
  if (contrary.length > 0) throw new InputError(contrary);
  return inputs;
}

/** A runner only warns of an input that the action does not have, and goes on without what it was to say. */
function unknownInputs(environment: Environment, piece: Piece): string[] {
  const known = inputsOf(piece);
  return Object.keys(environment).flatMap((variable) => {
    if (!variable.startsWith("INPUT_")) return [];
    const name = variable.slice("INPUT_".length).toLowerCase();
    if (known.includes(name)) return [];
    const near = nearest(name, known);
    if (near) return [`Input "${name}" does not exist; did you mean "${near}"?`];
    const elsewhere = TABLE[name]?.pieces.filter((each) => each !== "all");
    const hint = elsewhere
      ? `it is one of action/${elsewhere.join(", action/")}.`
      : `there are: ${known.join(", ")}.`;
    return [`Input "${name}" does not exist; ${hint}`];
  });
}
