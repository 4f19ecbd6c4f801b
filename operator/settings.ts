/** What the operator is told by its environment. */
export interface Settings {
  /** The image of runners whose PystolRole names none. */
  runnerImage: string;
  /** The port of /livez and /readyz. */
  healthPort: number;
  /** How many actions are worked on at once. */
  workers: number;
  logLevel: string;
}

const LOG_LEVELS = ["debug", "info", "warn", "error"];

/** @throws one error that names every variable that is missing or wrong. */
export function settingsFrom(environment: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const whole = (name: string, fallback: number, highest: number) => {
    const text = environment[name] ?? String(fallback);
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < 1 || value > highest) {
      problems.push(`${name} is "${text}"; expected a whole number from 1 to ${highest}.`);
    }
    return value;
  };
  const runnerImage = environment.PYSTOL_RUNNER_IMAGE ?? "";
  if (!/^\S+$/.test(runnerImage)) {
    problems.push(
      `PYSTOL_RUNNER_IMAGE is "${runnerImage}"; expected the runner image's reference.`,
    );
  }
  const logLevel = environment.PYSTOL_LOG_LEVEL ?? "info";
  if (!LOG_LEVELS.includes(logLevel)) {
    problems.push(`PYSTOL_LOG_LEVEL is "${logLevel}"; expected one of ${LOG_LEVELS.join(", ")}.`);
  }
  const settings = {
    runnerImage,
    healthPort: whole("PYSTOL_HEALTH_PORT", 8081, 65_535),
    workers: whole("PYSTOL_WORKERS", 32, 1000),
    logLevel,
  };
  if (problems.length > 0) throw new Error(`Wrong settings: ${problems.join(" ")}`);
  return settings;
}
