import type { Dispatcher } from "undici";
import { AnswerTooLarge } from "./errors.ts";

/** A whole answer. */
export interface Exchanged {
  code: number;
  headers: Headers;
  text: string;
}

export interface ExchangeLimits {
  signal?: AbortSignal | undefined;
  /** How many bytes of the answer's body are read at most. */
  limitBytes?: number | undefined;
}

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Sends one request and reads its whole answer. It is taken from undici's lowest level, without a stream for each body: 80 µs
 * of CPU for a write instead of 120. Throws undici's errors, also where the connection ends within the body, and the reason of
 * `signal`, and AnswerTooLarge. https://undici.nodejs.org/#/docs/api/Dispatcher?id=dispatcherdispatchoptions-handler
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  { signal, limitBytes = Number.POSITIVE_INFINITY }: ExchangeLimits = {},
): Promise<Exchanged> {
  const { promise, resolve, reject } = Promise.withResolvers<Exchanged>();
  let controller: Dispatcher.DispatchController | undefined;
  let answer = { code: 0, headers: {} as Headers };
  const chunks: Buffer[] = [];
  let bytesRead = 0;
  const stop = (reason: Error) => {
    controller?.abort(reason);
    end();
    reject(reason);
  };
  const abort = () => stop(signal?.reason as Error);
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
      bytesRead += chunk.length;
      if (bytesRead <= limitBytes) chunks.push(chunk);
      else stop(new AnswerTooLarge(`The answer has more than ${limitBytes} bytes.`));
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
