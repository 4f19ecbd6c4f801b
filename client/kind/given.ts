import { isAbsolute } from "node:path";
import { CommandError } from "../command.ts";
import type { Progress } from "../progress.ts";
import { type Kind, kind } from "./kind.ts";

/** The first that starts nodes of Kubernetes 1.34: https://github.com/kubernetes-sigs/kind/releases/tag/v0.30.0 */
const OLDEST_MINOR = 30;

/**
 * A kind program that somebody names, once it has said its version.
 *
 * @throws where there is none, where it may not be run, and where something else answers.
 */
export async function givenKind(options: {
  path: string;
  environment: Kind["environment"];
  progress: Progress;
  warn?: Progress | undefined;
  signal?: AbortSignal | undefined;
}): Promise<Kind> {
  const { path, environment, progress, warn = progress, signal } = options;
  const program = { path, environment };
  const output = await kind(program, ["version"], { signal }).catch((error) => {
    throw explained(error, path);
  });
  // Such as "kind v0.33.0 go1.26.8 linux/amd64"
  const [, version, minor] = /^kind (v0\.([0-9]+)\.\S+)/m.exec(output) ?? [];
  if (version === undefined) {
    throw new Error(
      `The input "kind-path" is ${JSON.stringify(path)}, which answers ${JSON.stringify(output.slice(0, 200))} to "version"; expected kind's answer, for example "kind v0.33.0 go1.26.8 linux/amd64". Name the kind program itself.`,
    );
  }
  if (Number(minor) < OLDEST_MINOR) {
    warn(
      `${path} is kind ${version}; expected v0.${OLDEST_MINOR}.0 or later, since older ones may not start nodes of Kubernetes 1.34`,
    );
  }
  progress(`Using ${isAbsolute(path) ? path : `the program ${path}`}, kind ${version}`);
  return program;
}

function explained(error: unknown, path: string): unknown {
  const cause = error instanceof CommandError ? error.cause : undefined;
  if ((cause as NodeJS.ErrnoException | undefined)?.code !== "EACCES") return error;
  return new Error(
    `The input "kind-path" is ${JSON.stringify(path)}, which may not be run; expected an executable file. Allow it: chmod +x ${path}`,
    { cause: error },
  );
}
