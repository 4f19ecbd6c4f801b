import { join } from "node:path";
import { type AnsibleResult, type Play, startAnsible, type WaitingAnsible } from "./ansible.ts";
import type { EventLog } from "./events.ts";
import type { Redaction } from "./redaction.ts";

export interface PlaysParts {
  log: EventLog;
  redaction: Redaction;
  /** A folder of this run alone, that exists. */
  work: string;
  /** The folder of keeper.py and of the callback plugin. */
  plugins: string;
  environment: Readonly<Record<string, string | undefined>>;
  /** How long a play has between SIGTERM and SIGKILL, in ms. */
  graceMs: number;
}

/** Where a role finds the runner. */
export const socketIn = (work: string) => join(work, "role.sock");

/** A role's plays, one after the other; each can be on its way before it is needed. */
export class Plays {
  readonly #parts: PlaysParts;
  #count = 0;
  #waiting: Promise<WaitingAnsible> | undefined;

  constructor(parts: PlaysParts) {
    this.#parts = parts;
  }

  /**
   * Starts Ansible for the next play, which may come soon, or never. Resolves once it is on its way, and never rejects: the play
   * says it.
   */
  async prepare(): Promise<void> {
    this.#waiting ??= this.#start(false);
    await this.#waiting.catch(() => undefined);
  }

  /** Runs a playbook; the one before must be over. */
  async play(play: Omit<Play, "graceMs"> & { check?: boolean }): Promise<AnsibleResult> {
    if (play.check) await this.clear();
    const waiting = await (this.#waiting ?? this.#start(play.check ?? false));
    this.#waiting = undefined;
    return waiting.run({ ...play, graceMs: this.#parts.graceMs });
  }

  /** Ends what waits for a play that does not come. */
  async clear(): Promise<void> {
    const waiting = await this.#waiting?.catch(() => undefined);
    this.#waiting = undefined;
    await waiting?.discard();
  }

  #start(check: boolean): Promise<WaitingAnsible> {
    const { log, work, plugins, environment, redaction } = this.#parts;
    this.#count += 1;
    return startAnsible({
      folder: join(work, `play-${this.#count}`),
      socket: socketIn(work),
      ...{ plugins, environment, check, redaction },
      onEvent: (event) => log.add({ ...event }),
      onOutput: (stream, text) => log.add({ event: "output", stream, text }),
    });
  }
}
