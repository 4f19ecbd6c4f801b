import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "../kubernetes/client.ts";
import { hasReason } from "../kubernetes/errors.ts";
import { type PystolRun, pystolRuns, RUNS_NAMESPACE } from "../kubernetes/resources.ts";
import type { Answer } from "./decision.ts";

const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 5000;

/**
 * What this pod answers in its run's status.nodeAnswers, and nothing else: by server-side apply with the pod's own field manager,
 * so that the helpers of other nodes never overwrite it. Stored in the background, tried again until it is.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
 */
export class Answers {
  readonly #client: Client;
  readonly #run: string;
  readonly #podName: string;
  readonly #onError: (error: unknown) => void;
  readonly #given = new Map<string, Answer>();
  #isStored = true;
  #storing: Promise<void> | undefined;

  constructor(
    client: Client,
    options: { run: string; podName: string; onError: (error: unknown) => void },
  ) {
    this.#client = client;
    this.#run = options.run;
    this.#podName = options.podName;
    this.#onError = options.onError;
  }

  /** Those that were given so far. */
  get all(): readonly Answer[] {
    return [...this.#given.values()];
  }

  /** Takes in what a helper before this one answered; own answers are newer. */
  adopt(answers: readonly Answer[]): void {
    for (const answer of answers)
      if (!this.#given.has(answer.id)) this.#given.set(answer.id, answer);
  }

  /** Gives an answer, unless it says what was said already. */
  give(answer: Omit<Answer, "podName">, signal: AbortSignal): void {
    const known = this.#given.get(answer.id);
    if (known && known.state === answer.state && known.message === answer.message) return;
    this.#given.set(answer.id, { ...answer, podName: this.#podName });
    this.#isStored = false;
    this.#storing ??= this.#store(signal).finally(() => {
      this.#storing = undefined;
    });
  }

  /** Resolves when everything given is stored, or the storing was ended. */
  async stored(): Promise<void> {
    await this.#storing;
  }

  async #store(signal: AbortSignal): Promise<void> {
    let delayMs = FIRST_DELAY_MS;
    while (!this.#isStored && !signal.aborted) {
      this.#isStored = true;
      try {
        await this.#apply();
      } catch (error) {
        if (hasReason(error, "NotFound")) return; // the run is gone: nobody asks any more
        this.#isStored = false;
        this.#onError(error);
        await delay(delayMs, undefined, { signal }).catch(() => undefined);
        delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS);
      }
    }
  }

  async #apply(): Promise<void> {
    const { apiVersion, kind } = pystolRuns;
    const metadata = { name: this.#run, namespace: RUNS_NAMESPACE };
    const object = { apiVersion, kind, metadata, status: { nodeAnswers: this.all } };
    await this.#client.apply(pystolRuns, object as unknown as PystolRun, {
      fieldManager: `pystol-node-helper-${this.#podName}`.slice(0, 128),
      subresource: "status",
    });
  }
}
