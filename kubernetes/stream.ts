import type { Dispatcher } from "undici";
import type { Headers } from "./exchange.ts";

/** What a consumer has not taken yet; above this the connection is read no further. */
const MOST_WAITING_BYTES = 1024 * 1024;

/** An answer whose body comes piece by piece. */
export interface Streamed {
  code: number;
  headers: Headers;
  body: AsyncIterable<Uint8Array>;
}

/**
 * Sends one request and hands its body on as it comes, without a limit on its time, from undici's lowest level as `exchange` does.
 * The body is to be read once; who leaves it early ends the connection. Throws undici's errors, from the body too, after what came
 * before them, and at once the reason of `signal`. https://undici.nodejs.org/#/docs/api/Dispatcher?id=dispatcherdispatchoptions-handler
 */
export function stream(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  signal?: AbortSignal,
): Promise<Streamed> {
  const { promise, resolve, reject } = Promise.withResolvers<Streamed>();
  if (signal?.aborted) {
    reject(signal.reason);
    return promise;
  }
  let controller: Dispatcher.DispatchController | undefined;
  let chunks: Buffer[] = [];
  let waitingBytes = 0;
  let end: { error: Error | undefined } | undefined;
  let wake = () => {};
  const finish = (error?: Error) => {
    end ??= { error };
    signal?.removeEventListener("abort", abort);
    wake();
    if (error) reject(error);
  };
  const abort = () => {
    chunks = [];
    finish(signal?.reason as Error);
    controller?.abort(signal?.reason as Error);
  };
  signal?.addEventListener("abort", abort, { once: true });
  async function* body(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const chunk = chunks.shift();
        if (chunk) {
          waitingBytes -= chunk.length;
          if (controller?.paused && waitingBytes === 0) controller.resume();
          yield chunk;
        } else if (end?.error) throw end.error;
        else if (end) return;
        else {
          await new Promise<void>((resolved) => {
            wake = resolved;
          });
        }
      }
    } finally {
      if (!end) {
        const left = new Error("The body was left before its end.");
        finish(left);
        controller?.abort(left);
      }
    }
  }
  dispatcher.dispatch(request, {
    onRequestStart: (started) => {
      controller = started;
      if (end) started.abort(end.error ?? new Error("The request has ended."));
    },
    onResponseStart: (_controller, code, headers) => {
      if (code >= 200) resolve({ code, headers, body: body() }); // what is below only announces the answer
    },
    onResponseData: (started, chunk) => {
      chunks.push(chunk);
      waitingBytes += chunk.length;
      if (waitingBytes > MOST_WAITING_BYTES) started.pause();
      wake();
    },
    onResponseEnd: () => finish(),
    onResponseError: (_controller, error) => finish(error),
  });
  return promise;
}
