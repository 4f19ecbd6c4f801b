import { CommandError, run } from "../command.ts";

/** A container engine that answers. */
export interface Engine {
  /** The command line that it has: finch speaks nerdctl's. */
  kind: "docker" | "podman" | "nerdctl";
  /** The program's name. */
  path: string;
  /** For the engine and for kind: KIND_EXPERIMENTAL_PROVIDER names it, so that both use the same. */
  environment: Readonly<Record<string, string | undefined>>;
}

export interface FindEngineOptions {
  /** "auto" takes KIND_EXPERIMENTAL_PROVIDER where it is set, else the first that answers. */
  provider: "auto" | Engine["kind"];
  environment: Engine["environment"];
  signal?: AbortSignal | undefined;
}

/** What kind knows: https://github.com/kubernetes-sigs/kind/blob/v0.33.0/pkg/cluster/provider.go */
const PROVIDERS: Readonly<Record<string, Engine["kind"]>> = {
  docker: "docker",
  podman: "podman",
  nerdctl: "nerdctl",
  finch: "nerdctl",
  "nerdctl.lima": "nerdctl",
};
const AUTOMATIC = ["docker", "podman", "nerdctl"];
const ANSWER_MS = 20_000;

const ADVICE: Readonly<Record<Engine["kind"], string>> = {
  docker:
    "Start its daemon (sudo systemctl start docker), and let this user use it (sudo usermod -aG docker $USER)",
  podman: "Set it up for this user: https://kind.sigs.k8s.io/docs/user/rootless/",
  nerdctl:
    "Start containerd, and let this user use it: https://kind.sigs.k8s.io/docs/user/rootless/",
};

/**
 * The container engine for kind: the one that is asked for, else the first of docker, podman and nerdctl that answers `info`.
 *
 * @throws with each that was tried, why it did not answer, and what to do.
 */
export async function findEngine(options: FindEngineOptions): Promise<Engine> {
  const { provider, environment, signal } = options;
  const wanted = provider === "auto" ? environment.KIND_EXPERIMENTAL_PROVIDER || "" : provider;
  if (wanted && !Object.hasOwn(PROVIDERS, wanted)) {
    const known = Object.keys(PROVIDERS).join(", ");
    throw new Error(
      `KIND_EXPERIMENTAL_PROVIDER is ${JSON.stringify(wanted)}; expected one of ${known}, or nothing for the first that answers.`,
    );
  }
  const failures: string[] = [];
  for (const path of wanted ? [wanted] : AUTOMATIC) {
    const engine = {
      kind: PROVIDERS[path] as Engine["kind"],
      path,
      environment: { ...environment, KIND_EXPERIMENTAL_PROVIDER: path },
    };
    const failure = await failureToAnswer(engine, signal);
    if (failure === undefined) return engine;
    failures.push(failure);
  }
  throw new Error(
    [
      "No container engine answers, and kind makes its nodes with one:",
      ...failures.map((failure) => `  - ${failure}`),
      wanted
        ? 'Install it, or let the first that answers be taken: the input "provider" auto, and KIND_EXPERIMENTAL_PROVIDER empty.'
        : "GitHub's Linux runners have Docker; elsewhere install it (https://docs.docker.com/engine/install/) or Podman. A runner that is a container itself needs a Docker daemon beside it (DOCKER_HOST).",
    ].join("\n"),
  );
}

async function failureToAnswer(
  engine: Engine,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const { kind, path, environment } = engine;
  const limit = AbortSignal.timeout(ANSWER_MS);
  const options = { environment, signal: signal ? AbortSignal.any([signal, limit]) : limit };
  try {
    // Podman comes under Docker's name too, and kind refuses it there.
    const version = kind === "docker" ? await run(path, ["--version"], options) : "";
    if (/podman/i.test(version)) return `docker: it is ${version.trim()} under Docker's name`;
    await run(path, ["info"], options);
    return undefined;
  } catch (error) {
    signal?.throwIfAborted();
    if (limit.aborted)
      return `${path}: it did not answer within ${ANSWER_MS / 1000} s. ${ADVICE[kind]}.`;
    if (!(error instanceof CommandError)) throw error;
    if (error.isMissing) return `${path}: there is no such program on this machine.`;
    return `${path}: ${lastLine(error)}. ${ADVICE[kind]}.`;
  }
}

function lastLine(error: CommandError): string {
  const lines = (error.output || error.message).split("\n").map((line) => line.trim());
  return (lines.filter(Boolean).at(-1) ?? error.message).replace(/\.$/, "");
}
