import { serviceOf } from "../reading/read-badge.ts";
import type { BadgeConfig, BoardConfig } from "./config.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a configuration has, as lines for people. No address with its query and no value of a variable is in it. */
export function overviewOf(config: BoardConfig, environment: Environment): string[] {
  const badges = config.groups.flatMap((group) => group.badges);
  const hosts = new Set(badges.map(({ badge }) => new URL(badge).host));
  const groups = config.groups.map(
    ({ name, badges: all }) => `  ${name}: ${counted(all.length, "badge")}`,
  );
  const services = Map.groupBy(badges, (badge) => serviceOf({ url: badge.badge }) ?? "");
  const known = [...services]
    .filter(([name]) => name !== "")
    .map(([name, all]) => `${name} ${all.length}`);
  const unknown = services.get("") ?? [];
  return [
    `${counted(config.groups.length, "group")}, ${counted(badges.length, "badge")} on ${counted(hosts.size, "host")}, ${counted(config.widgets.length, "widget")}, ${counted(config.results.length, "source")} of results`,
    ...groups,
    ...(known.length === 0 ? [] : [`services: ${known.toSorted().join(", ")}`]),
    ...(unknown.length === 0 ? [] : [`by general rules: ${hostsOf(unknown)}`]),
    ...variablesOf(config, environment),
  ];
}

/** What would decide each badge's state, as far as its address and configuration tell. */
export function explanationOf(config: BoardConfig, environment: Environment): string[] {
  const hasToken = isSet(environment, config.github.variable);
  return config.groups.flatMap(({ name, badges }) =>
    badges.map(
      (badge) => `${name} / ${badge.label}: ${decidersOf(badge, hasToken).join(", then ")}`,
    ),
  );
}

function decidersOf(
  { badge, twin, map, thresholds, treatAs }: BadgeConfig,
  hasToken: boolean,
): string[] {
  const service = serviceOf({ url: badge });
  const isWorkflow = service === "GitHub Actions" && hasToken && twin === undefined;
  const rules = service === undefined ? "general rules" : `rules for ${service}, general rules`;
  return [
    ...(treatAs === "info" ? ["nothing is judged, as treatAs says"] : []),
    ...(map === undefined ? [] : ["its map of messages"]),
    ...(thresholds === undefined ? [] : ["its thresholds"]),
    ...(isWorkflow ? ["GitHub's REST API, compared with the badge"] : []),
    ...(twin === undefined ? [] : [`its twin on ${new URL(twin).host}`]),
    ...(treatAs === "info" ? [] : [rules]),
  ];
}

function variablesOf(config: BoardConfig, environment: Environment): string[] {
  const named = [...config.tokens, ...config.notify].map(({ variable }) => variable);
  const missing = [...new Set(named)].filter((name) => !isSet(environment, name));
  const { variable } = config.github;
  return [
    ...missing.map((name) => `missing: the environment variable ${name} is not set`),
    ...(isSet(environment, variable)
      ? []
      : [`without ${variable}, badges of GitHub's workflows cannot tell running and cancelled`]),
  ];
}

const isSet = (environment: Environment, name: string) => (environment[name] ?? "").trim() !== "";

function hostsOf(badges: readonly BadgeConfig[]): string {
  const hosts = Map.groupBy(badges, ({ badge }) => new URL(badge).host);
  return [...hosts].map(([host, all]) => `${host} ${all.length}`).join(", ");
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;
