/** Hard limits of this process that its containers can have too; undefined: unlimited. */
export interface Limits {
  readonly nofile: number | undefined;
  readonly nproc: number;
}

/**
 * Reads the hard limits from /proc/self/limits (proc_pid_limits(5)). Podman lowers its own limit of
 * processes to the largest process ID, and its containers cannot have more than it has.
 */
export function limitsOf(text: string, largestProcessId: number): Limits {
  const hard = (title: string) => {
    const [, value] = new RegExp(`^${title} +\\S+ +(\\d+)`, "m").exec(text) ?? [];
    return value === undefined ? undefined : Number(value);
  };
  return {
    nofile: hard("Max open files"),
    nproc: Math.min(hard("Max processes") ?? Number.POSITIVE_INFINITY, largestProcessId),
  };
}

function assignments(limits: Limits): string[] {
  return Object.entries(limits)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}:${value}`);
}

/** The settings of Podman that keep it from raising limits. containers.conf(5) */
export function containersConf(settings: {
  readonly limits: Limits;
  readonly runtime: string | undefined;
}): string {
  const ulimits = assignments(settings.limits).map((one) => JSON.stringify(one));
  return [
    "# Pystol's test cluster reads this through CONTAINERS_CONF; nothing else does.",
    "[containers]",
    `default_ulimits = [${ulimits.join(", ")}]`,
    ...(settings.runtime === undefined ? [] : ["[engine]", `runtime = "${settings.runtime}"`]),
    "",
  ].join("\n");
}

/** The same for `podman build`, which does not read the settings. */
export function limitFlags(limits: Limits): string[] {
  return assignments(limits).flatMap((one) => ["--ulimit", one]);
}
