import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { tooLarge } from "./body.ts";

/** What a server sent, as it was sent. */
export interface Sent {
  readonly httpStatus: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface ExchangeHow {
  readonly headers: Readonly<Record<string, string>>;
  /** The connection is ended where the body has more. */
  readonly bodyLimitBytes: number;
  /** The time, as performance.now() has it, at which the exchange fails with a TimeoutError. */
  readonly endsAt: number;
}

/**
 * Sends one GET request and collects the answer. A handler of undici's own costs about half of `request()`, which makes a
 * stream and an AbortSignal for each: https://github.com/nodejs/undici/blob/main/docs/docs/api/Dispatcher.md
 */
export function exchange(dispatcher: Dispatcher, url: URL, how: ExchangeHow): Promise<Sent> {
  const { headers, bodyLimitBytes, endsAt } = how;
  const { promise, resolve, reject } = Promise.withResolvers<Sent>();
  let controller: Dispatcher.DispatchController | undefined;
  const fail = (error: Error) => {
    clearTimeout(timer);
    reject(error);
    if (controller?.aborted === false) controller.abort(error);
  };
  const late = () => fail(new DOMException("the time is over", "TimeoutError"));
  const timer = setTimeout(late, Math.max(1, endsAt - performance.now()));
  let httpStatus = 0;
  let received: IncomingHttpHeaders = {};
  let length = 0;
  const chunks: Buffer[] = [];
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(given) {
      controller = given;
      if (performance.now() >= endsAt) given.abort(new DOMException("late", "TimeoutError"));
    },
    onResponseStart(_controller, statusCode, given) {
      httpStatus = statusCode;
      received = given;
    },
    onResponseData(_controller, chunk) {
      length += chunk.length;
      if (length > bodyLimitBytes) fail(tooLarge(bodyLimitBytes));
      else chunks.push(chunk);
    },
    onResponseEnd() {
      clearTimeout(timer);
      resolve({ httpStatus, headers: textsOf(received), body: Buffer.concat(chunks) });
    },
    onResponseError(_controller, error) {
      fail(error);
    },
  };
  const { origin, pathname, search } = url;
  try {
    dispatcher.dispatch({ origin, path: `${pathname}${search}`, method: "GET", headers }, handler);
  } catch (error) {
    clearTimeout(timer);
    throw error;
  }
  return promise;
}

function textsOf(headers: IncomingHttpHeaders): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) texts[name] = String(value ?? "");
  return texts;
}
