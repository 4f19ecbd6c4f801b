import type { Client } from "../kubernetes/client.ts";
import { Reflector } from "../kubernetes/reflector.ts";
import { type PystolRun, pystolRuns, RUNS_NAMESPACE } from "../kubernetes/resources.ts";
import { Answers } from "./answers.ts";
import { carryOut } from "./carry-out.ts";
import { type Task, tasksFor } from "./decision.ts";
import { tableOf } from "./ruleset.ts";

export interface HelperOptions {
  client: Client;
  /** The name of the run whose orders are carried out. */
  run: string;
  podName: string;
  node: string;
  /** The node's /proc. */
  proc: string;
  now: () => Date;
  log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
  /** Asks the helper to remove what it applied, and to end. */
  signal: AbortSignal;
}

const AT_ONCE = 16;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 8000;
const CLOSING_MS = 12_000; // within the pod's terminationGracePeriodSeconds, 20

/**
 * Carries out a run's orders for one node until the run is gone or `signal` aborts; then removes whatever of it is left on the
 * node. A helper that takes another's place goes on where that was: what was applied shows in the namespaces and the answers.
 */
export class NodeHelper {
  readonly #options: HelperOptions;
  readonly #reflector: Reflector<PystolRun>;
  readonly #answers: Answers;
  readonly #inFlight = new Map<string, Promise<void>>();
  readonly #failures = new Map<string, { count: number; notBefore: number }>();
  readonly #retries = new Set<NodeJS.Timeout>();
  #wake = Promise.withResolvers<void>();
  #lastRun: PystolRun | undefined;

  constructor(options: HelperOptions) {
    const { client, run, podName, log } = options;
    this.#options = options;
    this.#answers = new Answers(client, {
      ...{ run, podName },
      onError: (error) => log("answer not stored", { error: (error as Error).message }),
    });
    this.#reflector = new Reflector(client, pystolRuns, {
      selection: { namespace: RUNS_NAMESPACE, fieldSelector: `metadata.name=${run}` },
      onChange: () => this.#wake.resolve(),
      onEnd: ({ error }) => {
        if (error) log("watch ended", { error: (error as Error).message });
      },
    });
  }

  /** Returns when the run is gone, or after `signal`, with everything removed that could be removed. */
  async run(): Promise<void> {
    const { signal } = this.#options;
    const watching = new AbortController();
    signal.addEventListener("abort", () => this.#wake.resolve(), { once: true });
    const reflecting = this.#reflector.run(watching.signal);
    void this.#reflector.synced.then(() => this.#loopWake());
    try {
      await this.#followOrders();
      await this.#close();
    } finally {
      for (const timer of this.#retries) clearTimeout(timer);
      watching.abort();
      await reflecting;
    }
  }

  async #followOrders(): Promise<void> {
    const { signal, run: name, node } = this.#options;
    await Promise.race([this.#reflector.synced, aborted(signal)]);
    while (!signal.aborted) {
      this.#wake = Promise.withResolvers<void>();
      const run = this.#reflector.get(`${RUNS_NAMESPACE}/${name}`);
      if (!run) return;
      this.#lastRun = run;
      this.#startTasks(run, node);
      await this.#wake.promise;
    }
  }

  #startTasks(run: PystolRun, node: string): void {
    const orders = (run.status?.nodeOrders ?? []).filter((order) => order.node === node);
    const own = new Set(orders.map(({ id }) => id));
    this.#answers.adopt((run.status?.nodeAnswers ?? []).filter(({ id }) => own.has(id)));
    const known = { ...run, status: { ...run.status, nodeAnswers: [...this.#answers.all] } };
    for (const task of tasksFor(known, node)) {
      if (this.#inFlight.size >= AT_ONCE) return; // each that ends wakes the loop
      if (this.#inFlight.has(task.id) || this.#mustWait(task.id)) continue;
      this.#inFlight.set(task.id, this.#perform(task));
    }
  }

  #mustWait(id: string): boolean {
    return (this.#failures.get(id)?.notBefore ?? 0) > performance.now();
  }

  async #perform(task: Task): Promise<void> {
    const { now, log, signal } = this.#options;
    try {
      const result = await carryOut(task, { ...this.#options, signal });
      log("order carried out", { order: task.id, task: task.kind, ...result });
      this.#answers.give({ id: task.id, time: now().toISOString(), ...trimmed(result) }, NEVER);
      if (task.kind === "remove" && result.state === "Failed") this.#tryAgain(task.id);
      else this.#failures.delete(task.id);
    } catch (error) {
      log("order not carried out", { order: task.id, error: (error as Error).message });
      this.#tryAgain(task.id);
    }
    this.#inFlight.delete(task.id);
    this.#loopWake();
  }

  #tryAgain(id: string): void {
    const count = (this.#failures.get(id)?.count ?? 0) + 1;
    const delayMs = Math.min(FIRST_RETRY_MS * 2 ** (count - 1), LONGEST_RETRY_MS);
    this.#failures.set(id, { count, notBefore: performance.now() + delayMs });
    const timer = setTimeout(() => {
      this.#retries.delete(timer);
      this.#loopWake();
    }, delayMs + 1);
    this.#retries.add(timer);
  }

  #loopWake(): void {
    this.#wake.resolve();
  }

  /** Removes what is applied of this run on this node, and says so. */
  async #close(): Promise<void> {
    const { run: name, node, now, log, signal } = this.#options;
    const deadline = AbortSignal.timeout(CLOSING_MS);
    await Promise.race([Promise.all(this.#inFlight.values()), aborted(deadline)]);
    const orders = (this.#lastRun?.status?.nodeOrders ?? []).filter((order) => order.node === node);
    await Promise.all(
      orders.map(async ({ id, target }) => {
        const known = this.#answers.all.find((answer) => answer.id === id);
        if (known?.state !== "Applied") return;
        const task: Task = { kind: "remove", id, table: tableOf(name, id), target };
        const result = await carryOut(task, { ...this.#options, signal: deadline });
        log("removed at the end", { order: id, ...result });
        if (result.state !== "Removed") return;
        const message = signal.aborted ? "The helper was asked to end before the fault was." : "";
        const said = [message, result.message].filter(Boolean).join(" ");
        const answer = { ...trimmed(result), ...(said ? { message: said } : {}) };
        this.#answers.give({ id, time: now().toISOString(), ...answer }, deadline);
      }),
    );
    await Promise.race([this.#answers.stored(), aborted(deadline)]);
  }
}

const NEVER = new AbortController().signal;
const MESSAGE_LIMIT = 1024; // that of the CRD

function trimmed<T extends { message?: string | undefined }>(result: T): T {
  if (result.message === undefined || result.message.length <= MESSAGE_LIMIT) return result;
  return { ...result, message: `${result.message.slice(0, MESSAGE_LIMIT - 1)}…` };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
