import type { Client } from "../../kubernetes/client.ts";
import type { Tools } from "../../test/cluster/tools.ts";
import type { StartOptions } from "./options.ts";

/** One `npm start`: what it was told, and what its steps have found and made so far. */
export interface Session {
  /** The project's folder, and the one below it that everything is left in. */
  readonly root: string;
  readonly out: string;
  readonly temp: string;
  readonly options: StartOptions;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether packages may be installed where there is nothing to run on. */
  readonly mayInstall: boolean;
  readonly signal: AbortSignal;
  /** Undoes what the steps made, last first; not run with --keep. */
  readonly cleanup: AsyncDisposableStack;
  tools?: Tools;
  images?: { operator: string; runner: string; archive?: string };
  kubeconfig?: string;
  /** The name of the kind cluster that images are loaded into. */
  kindCluster?: string;
  client?: Client;
  /** Whether every action got the verdict that it expects. */
  isPassed?: boolean;
}

/** A phase that is shown while it runs. */
export interface Step {
  title: string;
  /** Why there is nothing to do, or false. */
  skip?(session: Session): string | false;
  run(session: Session, progress: (text: string) => void): Promise<void>;
}

/** What an earlier step has put into the session. */
export function of<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`The step that makes ${what} has not run.`);
  return value;
}
