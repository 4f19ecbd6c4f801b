import { Listr, PRESET_TIMER } from "listr2";
import type { Session, Step } from "./session.ts";

/** Runs steps one after the other and shows them with their elapsed time: live on a terminal, as plain lines elsewhere. The first that fails ends it. */
export async function runSteps(steps: readonly Step[], session: Session): Promise<void> {
  const tasks = new Listr<Session, "default", "verbose">([], {
    rendererOptions: { timer: PRESET_TIMER, showErrorMessage: false, collapseSubtasks: false },
    fallbackRenderer: "verbose",
    fallbackRendererOptions: { timer: PRESET_TIMER },
    registerSignalListeners: false,
  });
  for (const step of steps) {
    tasks.add({
      title: step.title,
      skip: () => step.skip?.(session) ?? false,
      task: async (_, task) => {
        session.signal.throwIfAborted();
        await step.run(session, (text) => {
          task.output = text;
        });
      },
    });
  }
  await tasks.run(session);
}
