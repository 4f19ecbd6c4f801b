import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "../../kubernetes/client.ts";
import { hasReason } from "../../kubernetes/errors.ts";
import { Reflector } from "../../kubernetes/reflector.ts";
import { type PystolAction, pystolActions } from "../../kubernetes/resources.ts";
import type { Progress } from "../progress.ts";

/** Keeps an eye on the actions of each namespace that it was told of, by one list and watch a namespace, through lost connections. */
export class Lookout {
  readonly #client: Client;
  readonly #progress: Progress;
  readonly #reflectors = new Map<string, Reflector<PystolAction>>();
  readonly #running: Promise<void>[] = [];
  readonly #end = new AbortController();
  #change = Promise.withResolvers<void>();

  constructor(client: Client, progress: Progress) {
    this.#client = client;
    this.#progress = progress;
  }

  /** Begins to watch an action that has just been created. */
  add(action: PystolAction): void {
    this.#reflector(action.metadata.namespace ?? "default").store(action);
  }

  /** The newest of what is known of this very action, or undefined if it is gone or another has taken its name. */
  async get(action: PystolAction): Promise<PystolAction | undefined> {
    const { uid, name, namespace = "default" } = action.metadata;
    const known = this.#reflector(namespace).get(`${namespace}/${name}`);
    // A list that began before the action was created does not have it yet: then the server itself is asked.
    return known?.metadata.uid === uid ? known : this.ask(action);
  }

  /** The same from the server itself. */
  async ask({ metadata: { uid, name, namespace = "default" } }: PystolAction) {
    try {
      const stored = await this.#client.get(pystolActions, { namespace, name });
      if (stored.metadata.uid !== uid) return undefined;
      this.#reflector(namespace).store(stored);
      return stored;
    } catch (error) {
      if (hasReason(error, "NotFound")) return undefined;
      throw error;
    }
  }

  /** Resolves to true at the next change of any action, and to false after `ms` or when the signal is aborted or the lookout is closed. */
  async changed(ms: number, signal: AbortSignal): Promise<boolean> {
    const timer = new AbortController();
    const wait = delay(Math.max(ms, 0), false, {
      signal: AbortSignal.any([signal, timer.signal, this.#end.signal]),
    });
    const change = this.#change.promise.then(() => true);
    const isChange = await Promise.race([change, wait.catch(() => false)]);
    timer.abort();
    return isChange;
  }

  async close(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#running);
  }

  #reflector(namespace: string): Reflector<PystolAction> {
    const existing = this.#reflectors.get(namespace);
    if (existing) return existing;
    const reflector = new Reflector(this.#client, pystolActions, {
      selection: { namespace },
      onChange: () => {
        this.#change.resolve();
        this.#change = Promise.withResolvers();
      },
      onEnd: ({ error, retryInMs }) => {
        if (!error) return; // the server ends every watch after some minutes
        const seconds = (retryInMs / 1000).toFixed(1);
        this.#progress(
          `Lost sight of ${namespace}, trying again in ${seconds} s: ${(error as Error).message}`,
        );
      },
    });
    this.#reflectors.set(namespace, reflector);
    this.#running.push(reflector.run(this.#end.signal));
    return reflector;
  }
}
