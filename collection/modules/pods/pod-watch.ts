import type { Client } from "../../../kubernetes/client.ts";
import { hasReason } from "../../../kubernetes/errors.ts";
import { Reflector } from "../../../kubernetes/reflector.ts";
import type { Selection } from "../../../kubernetes/watch.ts";
import { type Pod, pods } from "./pod.ts";

/** Keeps some pods at hand, those of a namespace for example, and wakes those who wait for one of them to change. */
export class PodWatch implements AsyncDisposable {
  readonly #reflector: Reflector<Pod>;
  readonly #end = new AbortController();
  readonly #running: Promise<void>;
  readonly #changes = new EventTarget();
  #refusal: Error | undefined;

  private constructor(client: Client, selection: Selection) {
    const wake = () => this.#changes.dispatchEvent(new Event("change"));
    this.#reflector = new Reflector(client, pods, {
      selection,
      onChange: wake,
      onEnd: ({ error }) => {
        if (!hasReason(error, "Forbidden")) return;
        this.#refusal = error;
        wake();
      },
    });
    this.#running = this.#reflector.run(this.#end.signal);
  }

  /** Returns once it knows the pods that there are. @throws if the account may not list or watch them. */
  static async start(client: Client, selection: Selection): Promise<PodWatch> {
    // The reflector tries for ever what it is not allowed to do; this says so at once.
    const { namespace, fieldSelector } = selection;
    await client.list(pods, { namespace, query: { fieldSelector, limit: 1 } });
    const watch = new PodWatch(client, selection);
    await watch.#reflector.synced;
    return watch;
  }

  all(): Pod[] {
    return [...this.#reflector.values()];
  }

  /** Whether the condition came true before `deadline`, in ms since 1970, and `signal`. @throws if the account may not watch pods. */
  async until(isTrue: () => boolean, deadline: number, signal?: AbortSignal): Promise<boolean> {
    const timeout = AbortSignal.timeout(Math.max(deadline - Date.now(), 0));
    const end = AbortSignal.any(signal ? [timeout, signal] : [timeout]);
    for (;;) {
      if (isTrue()) return true;
      if (this.#refusal) throw this.#refusal;
      if (end.aborted) return false;
      await new Promise<void>((resolve) => {
        const done = () => {
          this.#changes.removeEventListener("change", done);
          end.removeEventListener("abort", done);
          resolve();
        };
        this.#changes.addEventListener("change", done);
        end.addEventListener("abort", done);
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await this.#running;
  }
}
