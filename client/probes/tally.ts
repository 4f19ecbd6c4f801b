import type { Attempt } from "./check.ts";
import type { ProbeContext } from "./context.ts";
import type { Phase, Probe, ProbeEnding } from "./probe.ts";
import { oneLine } from "./words.ts";

/** Counts the checks of one probe in one phase, and tells of each change between failing and not. */
export class Tally {
  readonly #probe: Probe;
  readonly #phase: Phase;
  readonly #context: Pick<ProbeContext, "progress" | "now">;
  readonly #startTime: Date;
  #checks = 0;
  #failures = 0;
  #inARow = 0;
  #lastFailure = "";

  constructor(probe: Probe, phase: Phase, context: Pick<ProbeContext, "progress" | "now">) {
    this.#probe = probe;
    this.#phase = phase;
    this.#context = context;
    this.#startTime = context.now();
  }

  get checks(): number {
    return this.#checks;
  }

  /** Whether any check succeeded. */
  get hasSucceeded(): boolean {
    return this.#checks > this.#failures;
  }

  /** Whether as many checks in a row failed as make a breach. */
  get isBreached(): boolean {
    return this.#inARow >= this.#probe.failureThreshold;
  }

  add({ ok, message }: Attempt): void {
    this.#checks += 1;
    if (ok) {
      if (this.#inARow > 0) this.#tell(`succeeds again after failures: ${this.#inARow}`);
      this.#inARow = 0;
      return;
    }
    this.#failures += 1;
    this.#inARow += 1;
    this.#lastFailure = message;
    if (this.#inARow === 1 && !this.isBreached) this.#tell(`fails: ${message}`);
  }

  passed(): ProbeEnding {
    return this.#end("passed", this.#lastFailure);
  }

  /** With the last failure and, where that alone does not say it, the reason. */
  breached(reason = ""): ProbeEnding {
    const message = oneLine([reason, this.#lastFailure].filter((text) => text !== "").join(": "));
    this.#tell(`is breached: ${message}`);
    return this.#end("breached", message);
  }

  #end(outcome: ProbeEnding["outcome"], message: string): ProbeEnding {
    return {
      name: this.#probe.name,
      phase: this.#phase,
      outcome,
      checks: this.#checks,
      failures: this.#failures,
      message,
      startTime: this.#startTime.toISOString(),
      completionTime: this.#context.now().toISOString(),
    };
  }

  #tell(what: string): void {
    this.#context.progress(`Probe "${this.#probe.name}" (${this.#phase}) ${what}`);
  }
}
