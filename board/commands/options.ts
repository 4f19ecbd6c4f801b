import { Option } from "commander";

/** Where commands look, and put what they make, unless told otherwise. */
const DEFAULT_FILES = {
  config: "board/badges.yaml",
  state: "out/board/state.json",
  site: "out/board/site",
};

/** Options that several commands have; each is new, because a command keeps what it parsed in it. */
export const configOption = (): Option =>
  new Option("--config <file>", "the board's configuration, YAML").default(DEFAULT_FILES.config);

export const stateOption = (description = "where to keep what was read"): Option =>
  new Option("--state <file>", description).default(DEFAULT_FILES.state);

export const siteOption = (description = "where to put the site"): Option =>
  new Option("--out <folder>", description).default(DEFAULT_FILES.site);

export const resultsOption = (): Option =>
  new Option("--results <file...>", "results.json files of Pystol runs").default([]);

/** Takes many at once, for commands without arguments of their own. */
export const allowPrivateHosts = (): Option =>
  new Option(
    "--allow-private <host...>",
    "hosts (with or without :port) that may have private addresses",
  ).default([]);

/** Takes one at a time, for commands whose arguments follow. */
export const allowPrivateHost = (): Option =>
  new Option(
    "--allow-private <host>",
    "a host (with or without :port) that may have a private address, for example where a redirect leads; repeatable",
  )
    .argParser((host: string, hosts: string[]) => [...hosts, host])
    .default([]);
