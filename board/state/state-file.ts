import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { ExplainedError } from "../explained-error.ts";
import { formOf, JsonFormError, parseJson } from "../schema/parse-json.ts";
import schema from "../schema/state.schema.json" with { type: "json" };
import type { BoardState } from "./board-state.ts";
import { writeWhole } from "./write-whole.ts";

/** A state.json that is not there or not ours; the message says what to do. */
export class StateFileError extends ExplainedError {
  override readonly name = "StateFileError";
}

const isBoardState = formOf<BoardState>(schema);

/** Reads a state.json; undefined where there is none yet. Throws StateFileError. */
export async function readState(path: string): Promise<BoardState | undefined> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new StateFileError(`Cannot read ${path}: ${error.message}.`, { cause: error });
  });
  if (text === undefined) return undefined;
  try {
    return parseJson(text, isBoardState);
  } catch (error) {
    if (!(error instanceof JsonFormError)) throw error;
    const advice = `Delete it and run "npm run board -- collect" again.`;
    throw new StateFileError(`${path} is no board state: ${error.message}. ${advice}`, {
      cause: error,
    });
  }
}

/** Writes a state.json in one step. */
export async function writeState(path: string, state: BoardState): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeWhole(path, `${JSON.stringify(state, null, 2)}\n`);
}
