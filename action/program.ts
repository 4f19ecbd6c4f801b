import { tmpdir } from "node:os";
import { pystolRoot } from "../client/root.ts";
import { act } from "./act.ts";
import { messageOf, oneLine } from "./messages.ts";
import type { Piece } from "./pieces.ts";
import { post } from "./post.ts";
import { StateFile } from "./state.ts";
import { workflow } from "./workflow.ts";

/** Where the job's state is, for its later steps. */
const STATE = "PYSTOL_STATE";
/** What main saves for its own post step, which is the same program: so the two can never be of different builds. */
const MAIN_BEGAN = "main-began";

/** Runs a piece of the action, its main phase or its post phase, in this process, and ends it. */
export async function program(piece: Piece): Promise<never> {
  const { env: environment } = process;
  const cancelled = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => cancelled.abort(new Error(`cancelled by ${signal}`)));
  }
  const saved = environment[`STATE_${MAIN_BEGAN}`];
  let state: StateFile | undefined;
  // A process that has nothing more to wait for ends with exit code 0, whatever it still had to do.
  if (!saved) process.once("beforeExit", () => workflow.fail("The action ended before its end."));
  try {
    const temp = environment.RUNNER_TEMP ?? tmpdir();
    state = saved ? StateFile.open(saved) : stateOf(piece, environment, temp);
    const surroundings = {
      ...{ piece, environment, temp, workflow, state, signal: cancelled.signal },
      workspace: environment.GITHUB_WORKSPACE ?? process.cwd(),
      root: await pystolRoot(import.meta.dirname),
    };
    if (saved) {
      await post(surroundings);
    } else {
      workflow.save(MAIN_BEGAN, state.path);
      if (piece === "run") state.change({ runsBegun: state.get().runsBegun + 1 });
      await act(surroundings, () => new Date());
      state.change({ hasEnded: true });
    }
  } catch (error) {
    if (saved) {
      // The job's own result stands.
      workflow.warn(`What this job left could not be looked after: ${messageOf(error)}`);
    } else {
      workflow.output("outcome", "failed");
      workflow.output("reason", oneLine(messageOf(error)));
      workflow.fail(messageOf(error));
      state?.change({ hasFailed: true });
    }
  }
  // What a cancelled step still waits for must not keep the runner waiting.
  process.exit();
}

/** A step of its own begins a state; the pieces of one job share the one that the first of them made. */
function stateOf(
  piece: Piece,
  environment: Readonly<Record<string, string | undefined>>,
  temp: string,
): StateFile {
  const shared = environment[STATE];
  if (piece !== "all" && piece !== "setup" && shared) return StateFile.open(shared);
  const state = StateFile.create(temp);
  if (piece !== "all") workflow.variable(STATE, state.path);
  return state;
}
