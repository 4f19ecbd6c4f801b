import type { Client } from "../../kubernetes/client.ts";
import type { Progress } from "../progress.ts";

/** What probes work with. */
export interface ProbeContext {
  /** For conditions; without one they fail. */
  client: Client | undefined;
  /** The folder that commands run in. */
  workspace: string;
  /** The whole environment of commands. */
  environment: Readonly<Record<string, string | undefined>>;
  /** A folder for the scripts of commands. */
  temp: string;
  /** Ends everything; what was not seen to succeed by then is breached. */
  signal: AbortSignal;
  /** Told when a probe begins to fail, succeeds again, or is breached. The text holds what strangers said. */
  progress: Progress;
  now: () => Date;
}
