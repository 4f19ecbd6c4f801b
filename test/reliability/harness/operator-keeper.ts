import { setTimeout as delay } from "node:timers/promises";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { eventually, type PystolControlPlane } from "../../support/pystol-control-plane.ts";

/** A pod that restarts its container: the same name and UID, so that no Lease has to expire. */
const POD = { PYSTOL_POD_NAME: "pystol-operator-0", PYSTOL_POD_UID: "00000000-proof" };

/** Keeps one operator running, as the kubelet does with its container: whenever it ends, it is started again. */
export class OperatorKeeper implements AsyncDisposable {
  readonly #start: () => Promise<OperatorProcess>;
  #operator: Promise<OperatorProcess>;
  #isKept = true;
  #mayStart = Promise.resolve();
  /** How often it was started again. */
  restarts = 0;
  readonly #logs: string[] = [];

  constructor(
    world: PystolControlPlane,
    options: { server: string; env?: Readonly<Record<string, string>> },
  ) {
    const env = { ...POD, ...options.env };
    this.#start = () => startOperator(world, { server: options.server, env, isAwaited: false });
    this.#operator = this.#kept();
  }

  /** The one that runs now. */
  get operator(): Promise<OperatorProcess> {
    return this.#operator;
  }

  /** SIGKILL; the next one is started at once. Resolves when the old one is gone. */
  async kill(): Promise<void> {
    const { restarts } = this;
    await (await this.#operator).kill();
    while (this.restarts === restarts) await delay(1);
  }

  /** SIGKILL, and the next one is started only when the function that this returns is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#mayStart = promise;
    void this.kill();
    return resolve;
  }

  /** Until the one that runs now has heard of everything. */
  async ready(): Promise<void> {
    await eventually(async () => {
      const { healthPort } = await this.#operator;
      const answer = await fetch(`http://127.0.0.1:${healthPort}/readyz`);
      if (!answer.ok) throw new Error(`readyz answers ${answer.status}`);
    });
  }

  /** What all of them have logged. */
  async log(): Promise<string> {
    return [...this.#logs, (await this.#operator).log()].join("\n--- restarted ---\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isKept = false;
    await (await this.#operator)[Symbol.asyncDispose]();
  }

  async #kept(): Promise<OperatorProcess> {
    const operator = await this.#start();
    void operator.ended.then(async () => {
      if (!this.#isKept) return;
      this.restarts += 1;
      this.#logs.push(operator.log());
      await operator[Symbol.asyncDispose]();
      await this.#mayStart;
      if (!this.#isKept) return;
      this.#operator = this.#kept();
    });
    return operator;
  }
}
