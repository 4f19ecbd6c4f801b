import { createHash } from "node:crypto";
import { once } from "node:events";
import { createConnection, createServer, type Server, type Socket } from "node:net";

/**
 * Waits until no other process of this machine holds the lock `name`, and takes it. Dispose to
 * release it.
 *
 * The lock is a listening socket in Linux' abstract namespace (unix(7)): the kernel gives it to one
 * process, frees it however that process ends, and tells those that wait by closing their
 * connections. No file is left behind that somebody would have to know to be stale.
 */
export async function acquireLock(name: string, onWait: () => void): Promise<AsyncDisposable> {
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 32);
  const path = `\0pystol-lock-${digest}`;
  let told = false;
  for (;;) {
    const lock = await tryListen(path);
    if (lock !== undefined) return lock;
    if (!told) onWait();
    told = true;
    await released(path);
  }
}

async function tryListen(path: string): Promise<AsyncDisposable | undefined> {
  const waiting = new Set<Socket>();
  const server = createServer((socket) => {
    waiting.add(socket);
    socket.unref().on("error", () => socket.destroy());
    socket.on("close", () => waiting.delete(socket));
  });
  server.listen({ path });
  try {
    await once(server, "listening");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return undefined;
    throw error;
  }
  server.unref();
  return { [Symbol.asyncDispose]: () => close(server, waiting) };
}

async function close(server: Server, waiting: ReadonlySet<Socket>): Promise<void> {
  const closed = once(server, "close");
  server.close();
  for (const socket of waiting) socket.destroy();
  await closed;
}

/** Resolves when the holder lets go, however it does, or if nobody holds the lock any more. */
async function released(path: string): Promise<void> {
  const socket = createConnection({ path });
  // A holder that is killed resets the connection; "close" follows every error.
  socket.on("error", () => undefined).resume();
  await new Promise((resolve) => socket.once("close", resolve));
}
