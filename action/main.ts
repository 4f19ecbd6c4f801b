import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { pystolRoot } from "../client/root.ts";
import { post } from "./post.ts";
import { messageOf } from "./report.ts";
import { runLink } from "./run-link.ts";
import { runSteps } from "./run-steps.ts";
import { savedState, saveMainBegan } from "./state.ts";
import { workflow } from "./workflow.ts";

// One program is both the action's main and its post step, so that the two can never be of different builds.
const environment = process.env;
const cancelled = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => cancelled.abort(new Error(`cancelled by ${signal}`)));
}

const saved = savedState(environment);
try {
  if (saved) {
    await post({ ...saved, environment, workflow });
  } else {
    saveMainBegan(workflow);
    const temp = environment.RUNNER_TEMP ?? tmpdir();
    await mkdir(temp, { recursive: true });
    await runSteps(
      {
        environment,
        workspace: environment.GITHUB_WORKSPACE ?? process.cwd(),
        temp,
        root: await pystolRoot(import.meta.dirname),
        workflow,
        signal: cancelled.signal,
      },
      { now: () => new Date(), link: runLink() },
    );
  }
} catch (error) {
  if (!saved) workflow.output("outcome", "failed");
  workflow.fail(messageOf(error));
}
