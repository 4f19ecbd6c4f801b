import { CommandError, type CommandOptions, run } from "../command.ts";

const HOW_TO_GET_IT =
  'get it from https://kind.sigs.k8s.io/docs/user/quick-start/#installation, or name its path with the input "kind-path"';

/** What kubeadm's own log says beside its messages: https://github.com/kubernetes/klog#readme */
const KLOG_INFO = /^[IW][0-9]{4} /;

/** The kind program. Its environment chooses the container engine (KIND_EXPERIMENTAL_PROVIDER) as kind itself documents. */
export interface Kind {
  path: string;
  environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs kind with these arguments and returns its standard output.
 *
 * @throws CommandError; where kind itself is absent, it says how to get it.
 */
export async function kind(
  program: Kind,
  args: readonly string[],
  options: Omit<CommandOptions, "environment"> = {},
): Promise<string> {
  try {
    const { environment } = program;
    return await run(program.path, args, { noise: KLOG_INFO, ...options, environment });
  } catch (error) {
    if (!(error instanceof CommandError && error.isMissing)) throw error;
    throw new Error(`There is no kind at "${program.path}": ${HOW_TO_GET_IT}.`, { cause: error });
  }
}

/** The names of the clusters that kind sees in its container engine. */
export async function kindClusters(program: Kind, signal?: AbortSignal): Promise<string[]> {
  const output = await kind(program, ["get", "clusters"], { signal });
  return output.split("\n").filter((line) => line && !line.startsWith("No kind clusters"));
}
