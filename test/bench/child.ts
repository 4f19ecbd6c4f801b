import { fork } from "node:child_process";
import { once } from "node:events";

/** A program of ours in a process of its own, which gets its orders and answers with messages. */
export interface Child extends AsyncDisposable {
  /** The next message. Throws if it ends before, with what it printed as errors. */
  message<T>(timeoutMs: number): Promise<T>;
}

export async function startChild(file: string, orders: object): Promise<Child> {
  const child = fork(file, { stdio: ["ignore", "ignore", "pipe", "ipc"], execArgv: [] });
  const messages: unknown[] = [];
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  child.on("message", (message) => {
    messages.push(message);
    child.emit("news");
  });
  const ended = once(child, "close").then(() => child.emit("news"));
  await once(child, "spawn");
  child.send(orders);
  return {
    message: async <T>(timeoutMs: number) => {
      const signal = AbortSignal.timeout(timeoutMs);
      while (messages.length === 0) {
        if (child.exitCode !== null || child.signalCode !== null) {
          throw new Error(`${file} ended without an answer: ${errors}`);
        }
        await once(child, "news", { signal }).catch((cause) => {
          throw new Error(`${file} did not answer within ${timeoutMs / 1000} s. ${errors}`, {
            cause,
          });
        });
      }
      return messages.shift() as T;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
