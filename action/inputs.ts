import { parseDurationMs } from "../client/duration.ts";
import { isClusterName } from "../client/kind/config.ts";
import { nearest } from "../client/nearest.ts";

/** What the workflow asks for, checked. Paths are as the workflow wrote them. */
export interface Inputs {
  actions: string[];
  namespace: string;
  kubeconfig: string | undefined;
  context: string | undefined;
  clusterName: string;
  workers: number;
  nodeImage: string | undefined;
  /** The text of a kind configuration, or the path of one. */
  kindConfig: string | undefined;
  kindPath: string;
  operatorImage: string | undefined;
  runnerImage: string | undefined;
  imageArchives: string[];
  roles: string[];
  deploy: boolean;
  /** Whether the deployment lets roles act on nodes by privileged pods; auto: in a cluster that the action makes. */
  nodeFaults: "auto" | "true" | "false";
  cleanup: "always" | "never";
  resultsDirectory: string | undefined;
  concurrency: number;
  timeoutMs: number;
  readyTimeoutMs: number;
}

/** Every input's name and default; action.yml has the same, and a test holds the two together. */
export const INPUTS: Readonly<Record<string, string>> = {
  actions: "",
  namespace: "default",
  kubeconfig: "",
  context: "",
  "cluster-name": "pystol",
  workers: "0",
  "node-image": "",
  "kind-config": "",
  "kind-path": "kind",
  "operator-image": "",
  "runner-image": "",
  "image-archives": "",
  roles: "",
  deploy: "true",
  "node-faults": "auto",
  cleanup: "always",
  "results-directory": "",
  concurrency: "1",
  timeout: "30m",
  "ready-timeout": "5m",
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

/**
 * The inputs as a runner hands them over: INPUT_ and the name in capitals.
 * https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax#inputs
 *
 * @throws InputError with every problem.
 */
export function parseInputs(environment: Environment): Inputs {
  const problems = misspelt(environment);
  const reader = new Reader(environment, problems);
  const inputs: Inputs = {
    actions: reader.lines("actions"),
    namespace: reader.matching("namespace", isNamespace, "the name of a namespace", "shop"),
    kubeconfig: reader.optional("kubeconfig"),
    context: reader.optional("context"),
    clusterName: reader.matching("cluster-name", isClusterName, "the name of a kind cluster", "ci"),
    workers: reader.whole("workers", 0, 20),
    nodeImage: reader.image("node-image", "kindest/node:v1.34.0"),
    kindConfig: reader.optional("kind-config"),
    kindPath: reader.text("kind-path"),
    operatorImage: reader.image("operator-image", "registry.example/pystol-operator:1"),
    runnerImage: reader.image("runner-image", "registry.example/pystol-runner:1"),
    imageArchives: reader.lines("image-archives"),
    roles: reader.lines("roles"),
    deploy: reader.oneOf("deploy", ["true", "false"]) === "true",
    nodeFaults: reader.oneOf("node-faults", ["auto", "true", "false"]),
    cleanup: reader.oneOf("cleanup", ["always", "never"]),
    resultsDirectory: reader.optional("results-directory"),
    concurrency: reader.whole("concurrency", 1, 100),
    timeoutMs: reader.duration("timeout"),
    readyTimeoutMs: reader.duration("ready-timeout"),
  };
  if (reader.text("actions") && inputs.actions.length === 0) {
    problems.push(
      'Input "actions" has comments alone; expected the path of a manifest, or nothing at all.',
    );
  }
  problems.push(...contradictions(inputs));
  if (problems.length > 0) throw new InputError(problems);
  return inputs;
}

/** Whether the workflow brought a cluster; otherwise one is made. */
export function isGiven({ kubeconfig, context }: Inputs): boolean {
  return kubeconfig !== undefined || context !== undefined;
}

function contradictions(inputs: Inputs): string[] {
  const problems: string[] = [];
  const refuse = (when: boolean, problem: string) => when && problems.push(problem);
  if (isGiven(inputs)) {
    const makes =
      'goes with a cluster that the action makes, but "kubeconfig" or "context" brings one; remove one of them.';
    refuse(inputs.nodeImage !== undefined, `Input "node-image" ${makes}`);
    refuse(inputs.kindConfig !== undefined, `Input "kind-config" ${makes}`);
    refuse(inputs.workers > 0, `Input "workers" ${makes}`);
    refuse(inputs.imageArchives.length > 0, `Input "image-archives" ${makes}`);
  }
  refuse(
    inputs.kindConfig !== undefined && inputs.workers > 0,
    'Inputs "workers" and "kind-config" both say which nodes there are; remove one of them.',
  );
  if (inputs.deploy) {
    for (const [name, image] of [
      ["operator-image", inputs.operatorImage],
      ["runner-image", inputs.runnerImage],
    ]) {
      refuse(
        image === undefined,
        `Input "${name}" is empty; expected the image to deploy, for example "registry.example/pystol:1", or "deploy: false" where Pystol is deployed already.`,
      );
    }
  }
  refuse(
    !inputs.deploy && !isGiven(inputs) && inputs.actions.length > 0,
    'Input "deploy" is "false", but a cluster that the action makes has no Pystol to run "actions" with; expected "true", or a "kubeconfig".',
  );
  refuse(
    !inputs.deploy && inputs.roles.length > 0,
    'Input "roles" goes with "deploy: true", which applies them.',
  );
  refuse(
    !inputs.deploy && inputs.nodeFaults !== "auto",
    'Input "node-faults" goes with "deploy: true", which sees to it.',
  );
  return problems;
}

/** A runner only warns of an input that the action does not have; here a likely typing error is refused before it is costly. */
function misspelt(environment: Environment): string[] {
  const known = Object.keys(INPUTS);
  return Object.keys(environment).flatMap((variable) => {
    if (!variable.startsWith("INPUT_")) return [];
    const name = variable.slice("INPUT_".length).toLowerCase();
    const near = known.includes(name) ? undefined : nearest(name, known);
    return near ? [`Input "${name}" does not exist; did you mean "${near}"?`] : [];
  });
}

function isNamespace(name: string): boolean {
  return /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name);
}

/** Reads single inputs, and collects what is wrong with them. */
class Reader {
  readonly #environment: Environment;
  readonly #problems: string[];

  constructor(environment: Environment, problems: string[]) {
    this.#environment = environment;
    this.#problems = problems;
  }

  text(name: string): string {
    return this.#environment[`INPUT_${name.toUpperCase()}`]?.trim() || (INPUTS[name] ?? "");
  }

  optional(name: string): string | undefined {
    return this.text(name) || undefined;
  }

  /** Lines that are neither empty nor comments. */
  lines(name: string): string[] {
    const lines = this.text(name).split("\n");
    return lines.map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
  }

  matching(name: string, fits: (text: string) => boolean, what: string, example: string): string {
    const text = this.text(name);
    if (!fits(text)) this.#refuse(name, `${what}, for example "${example}"`);
    return text;
  }

  image(name: string, example: string): string | undefined {
    const text = this.optional(name);
    const fits = text === undefined || /^[a-z0-9][\w.:/@-]{0,511}$/.test(text);
    if (!fits) this.#refuse(name, `an image, for example "${example}"`);
    return text;
  }

  whole(name: string, least: number, most: number): number {
    const text = this.text(name);
    const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) {
      this.#refuse(name, `a whole number from ${least} to ${most}, for example "${least + 1}"`);
    }
    return value;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T {
    const text = this.text(name);
    const found = allowed.find((each) => each === text);
    if (found === undefined) {
      this.#refuse(name, `one of ${allowed.map((each) => `"${each}"`).join(", ")}`);
    }
    return found ?? (allowed[0] as T);
  }

  duration(name: string): number {
    const ms = parseDurationMs(this.text(name));
    if (ms === undefined || ms < 1000 || ms > 86_400_000) {
      this.#refuse(name, 'a duration from 1s to 24h, for example "90s" or "1h30m"');
    }
    return ms ?? 0;
  }

  #refuse(name: string, expected: string): void {
    this.#problems.push(
      `Input "${name}" is ${JSON.stringify(this.text(name))}; expected ${expected}.`,
    );
  }
}
