import type { Ending } from "../client/follow.ts";
import type { Manifest } from "../client/manifests/parse.ts";
import type { Client } from "../kubernetes/client.ts";
import type { Inputs } from "./inputs.ts";
import type { Workflow } from "./workflow.ts";

/** Where an action runs: its folders and variables, as the runner set them. */
export interface Surroundings {
  environment: Readonly<Record<string, string | undefined>>;
  /** Relative paths of inputs are below it. */
  workspace: string;
  /** A folder of this job, emptied after it. */
  temp: string;
  /** Pystol's own folder. */
  root: string;
  workflow: Workflow;
  signal: AbortSignal;
}

/** One run of the action: what it was asked, and what its steps have found and made so far. */
export interface Run extends Surroundings {
  readonly inputs: Inputs;
  readonly resultsDirectory: string;
  readonly startTime: Date;
  manifests: Manifest[];
  cluster?: ConnectedCluster;
  /** The roles that the deployment applied. */
  roles: string[];
  endings: Ending[];
}

export interface ConnectedCluster {
  client: Client;
  name: string;
  serverVersion: string;
  /** Whether this run made it; only then may it change what is not Pystol's. */
  isMade: boolean;
}

/** A part of the run with a heading of its own in the log. */
export interface Step {
  name: string;
  title: string;
  /** Why there is nothing to do, or undefined. */
  skip(run: Run): string | undefined;
  run(run: Run): Promise<void>;
}
