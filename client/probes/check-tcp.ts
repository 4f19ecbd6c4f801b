import { connect } from "node:net";
import type { TcpCheck } from "./probe.ts";
import { CheckFailure, troubleOf } from "./words.ts";

/**
 * Makes one connection and closes it; a name of several addresses succeeds with any of them.
 *
 * @throws CheckFailure, or the signal's reason.
 */
export async function checkTcp({ host, port }: TcpCheck, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  signal.throwIfAborted();
  const socket = connect({ host, port });
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  socket.once("connect", resolve);
  socket.on("error", (cause) => {
    reject(new CheckFailure(`${host}:${port}: ${troubleOf(cause)}`, { cause }));
  });
  try {
    await promise;
  } finally {
    signal.removeEventListener("abort", abort);
    socket.destroy();
  }
}
