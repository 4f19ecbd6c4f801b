import type { Groundwork } from "../client/deploy/deploy.ts";
import type { Manifest } from "../client/manifests/parse.ts";
import type { Probe } from "../client/probes/probe.ts";
import type { ScenarioEnding } from "../client/scenario/scenario.ts";
import type { Results } from "../crds/types/results.ts";
import type { Client } from "../kubernetes/client.ts";
import type { PystolAction } from "../kubernetes/resources.ts";
import type { Inputs } from "./inputs/parse.ts";
import type { Piece } from "./pieces.ts";
import type { ClusterConnection, StateFile } from "./state.ts";
import type { Workflow } from "./workflow.ts";

/** Where an action runs: its folders and variables, as the runner set them. */
export interface Surroundings {
  piece: Piece;
  environment: Readonly<Record<string, string | undefined>>;
  /** Relative paths of inputs are below it. */
  workspace: string;
  /** A folder of this job, emptied after it. */
  temp: string;
  /** Pystol's own folder. */
  root: string;
  workflow: Workflow;
  state: StateFile;
  signal: AbortSignal;
}

/** One run of the action: what it was asked, and what its steps have found and made so far. */
export interface Run extends Surroundings {
  readonly inputs: Inputs;
  readonly resultsDirectory: string;
  readonly startTime: Date;
  manifests: Manifest[];
  probes: Probe[];
  cluster?: ConnectedCluster;
  /** The deployment's first part, from when it was begun. */
  groundwork?: Promise<Groundwork>;
  /** The actions that were created, as they were then. */
  created: PystolAction[];
  ending: ScenarioEnding;
  steps: NonNullable<Results["steps"]>;
}

export interface ConnectedCluster {
  client: Client;
  name: string;
  serverVersion: string;
  connection: ClusterConnection;
  /** Whether this job made it; only then may it change what is not Pystol's. */
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

/** The cluster that the step "cluster" connected to. */
export function connected({ cluster }: Run): ConnectedCluster {
  if (!cluster) throw new Error("There is no cluster: the step that connects to it comes first.");
  return cluster;
}
