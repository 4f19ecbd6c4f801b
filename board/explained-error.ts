/** What a command cannot go on after, in words that say all that a person needs: no stack is printed. */
export class ExplainedError extends Error {
  override readonly name: string = "ExplainedError";
  /** 1: it failed; 2: the command or its configuration has to change. */
  readonly exitCode: 1 | 2 = 1;
}
