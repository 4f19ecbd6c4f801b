/** What the operator is told by its environment. manifests/deployment.yaml names the variable of each. */
export interface Settings {
  /** The image of runners whose PystolRole names none. */
  runnerImage: string;
  /** How many actions run at once in the cluster; further ones are queued. */
  maxConcurrentActions: number;
  /** The same for each namespace; 0 sets no limit. */
  maxConcurrentActionsPerNamespace: number;
  /** How long the Job and pod of a finished action are kept, for their logs. */
  keepSeconds: number;
  /** How long recovery Jobs are tried once the runner is gone. */
  recoverySeconds: number;
  /** Whether faults on nodes, which need privileged helper pods, may run. */
  nodeFaults: boolean;
  /** How many actions are worked on at once. */
  workers: number;
  /** The port of /livez and /readyz. */
  healthPort: number;
  /** The port of /metrics; 0 for none. */
  metricsPort: number;
  /** Whether one of several operators is elected; without it, nothing else may run as the operator. */
  leaderElect: boolean;
  /** The Lease by which the leader is elected. */
  leaderLease: { namespace: string; name: string };
  logLevel: (typeof LOG_LEVELS)[number];
}

const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
const HIGHEST_PORT = 65_535;
const DAY = 24 * 60 * 60;
/** RFC 1123: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** @throws one error that names every variable that is missing or wrong, with its value and what was expected. */
export function settingsFrom(environment: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const read = (
    name: string,
    fallback: string,
    fits: (text: string) => boolean,
    expected: string,
  ) => {
    const text = environment[name] ?? fallback;
    if (!fits(text)) problems.push(`${name} is "${text}"; expected ${expected}.`);
    return text;
  };
  const whole = (name: string, fallback: number, lowest: number, highest: number) =>
    Number(
      read(
        name,
        String(fallback),
        (text) => /^\d{1,9}$/.test(text) && Number(text) >= lowest && Number(text) <= highest,
        `a whole number from ${lowest} to ${highest}`,
      ),
    );
  const flag = (name: string, fallback: boolean) =>
    read(name, String(fallback), (text) => ["true", "false"].includes(text), "true or false") ===
    "true";
  const named = (name: string, fallback: string) =>
    read(name, fallback, (text) => NAME.test(text), "a Kubernetes name, such as pystol-operator");
  const settings: Settings = {
    runnerImage: read(
      "PYSTOL_RUNNER_IMAGE",
      "",
      (text) => /^\S+$/.test(text),
      "the runner image's reference",
    ),
    maxConcurrentActions: whole("PYSTOL_MAX_CONCURRENT_ACTIONS", 100, 1, 100_000),
    maxConcurrentActionsPerNamespace: whole(
      "PYSTOL_MAX_CONCURRENT_ACTIONS_PER_NAMESPACE",
      0,
      0,
      100_000,
    ),
    keepSeconds: whole("PYSTOL_KEEP_SECONDS", 600, 0, 7 * DAY),
    recoverySeconds: whole("PYSTOL_RECOVERY_SECONDS", 300, 1, DAY),
    nodeFaults: flag("PYSTOL_NODE_FAULTS", false),
    workers: whole("PYSTOL_WORKERS", 32, 1, 1000),
    healthPort: whole("PYSTOL_HEALTH_PORT", 8081, 1, HIGHEST_PORT),
    metricsPort: whole("PYSTOL_METRICS_PORT", 8080, 0, HIGHEST_PORT),
    leaderElect: flag("PYSTOL_LEADER_ELECT", true),
    leaderLease: {
      namespace: named("PYSTOL_LEADER_LEASE_NAMESPACE", "pystol-system"),
      name: named("PYSTOL_LEADER_LEASE_NAME", "pystol-operator"),
    },
    logLevel: read(
      "PYSTOL_LOG_LEVEL",
      "info",
      (text) => (LOG_LEVELS as readonly string[]).includes(text),
      `one of ${LOG_LEVELS.join(", ")}`,
    ) as Settings["logLevel"], // read has refused any other
  };
  if (settings.healthPort === settings.metricsPort) {
    problems.push(
      `PYSTOL_HEALTH_PORT and PYSTOL_METRICS_PORT are both ${settings.healthPort}; expected two ports.`,
    );
  }
  if (problems.length > 0) throw new Error(`Wrong settings: ${problems.join(" ")}`);
  return settings;
}
