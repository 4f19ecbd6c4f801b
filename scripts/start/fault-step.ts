import { join } from "node:path";
import { DEMO_NAMESPACE } from "./demo.ts";
import { of, type Session, type Step } from "./session.ts";
import { runAction } from "./workflow-runner.ts";

const EXAMPLES = ["pingtest", "killpods", "killpods-no-targets"];

/** Runs the bundled action on the examples, main and post, as a workflow runner would. */
export const faultStep: Step = {
  title: "Run the bundled action on the examples",
  run: async (session, progress) => {
    const said: string[] = [];
    const run = await runAction(
      {
        directory: session.root,
        workspace: session.root,
        temp: session.temp,
        environment: session.environment,
        inputs: inputs(session),
        onLine: (line) => {
          const text = line.replace(/^::(?:group|notice|warning|error)[^:]*::/, "");
          if (text.startsWith("::") || !text.trim()) return;
          said.push(text);
          progress(text);
        },
      },
      session.signal,
    );
    await run.post();
    session.signal.throwIfAborted();
    if (!run.outputs.results) {
      throw new Error(`The action ended without results:\n  ${said.slice(-20).join("\n  ")}`);
    }
    session.isPassed = run.exitCode === 0 && run.outputs.outcome === "passed";
  },
};

function inputs(session: Session): Record<string, string> {
  const images = of(session.images, "the images");
  const kubeconfig = session.kubeconfig ?? session.options.kubeconfig;
  // With it the results name the cluster, rather than the address that its API server happens to have.
  const context = session.options.context ?? (session.kindCluster && `kind-${session.kindCluster}`);
  return {
    actions: EXAMPLES.map((name) => join("crds/examples", `${name}.yaml`)).join("\n"),
    namespace: DEMO_NAMESPACE,
    ...(kubeconfig ? { kubeconfig } : {}),
    ...(context ? { context } : {}),
    "operator-image": images.operator,
    "runner-image": images.runner,
    // The cluster is given to the action, but where it is of our own making it is ours to decide.
    features: session.kindCluster ? "node-faults" : "auto",
    "results-directory": session.out,
  };
}
