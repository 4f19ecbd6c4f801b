import { CommandError, run } from "./command.ts";
import type { Engine } from "./engine.ts";

const ANSWER_TIMEOUT_MS = 15_000;
const PULL_TIMEOUT_MS = 15 * 60_000;

/** Whether the image's registry answers and has it; asks for its manifest only. */
export async function canPull(image: string, engine: Engine): Promise<boolean> {
  try {
    await run(engine.path, ["manifest", "inspect", image], {
      purpose: `Ask for ${image}`,
      env: engine.env,
      timeoutMs: ANSWER_TIMEOUT_MS,
    });
    return true;
  } catch (error) {
    // Whatever the reason (no network, no registry, a limit on pulls): there is another way.
    if (error instanceof CommandError) return false;
    throw error;
  }
}

export async function pull(image: string, engine: Engine): Promise<void> {
  await run(engine.path, ["pull", "--quiet", image], {
    purpose: `Pull ${image}`,
    env: engine.env,
    timeoutMs: PULL_TIMEOUT_MS,
    advice: "The registry answered a moment ago: is the connection slow, or the disk full?",
  });
}
