import { once } from "node:events";
import { createConnection } from "node:net";

/** Whether somebody accepts connections on a Unix socket. */
export async function accepts(path: string): Promise<boolean> {
  const socket = createConnection({ path });
  try {
    await once(socket, "connect");
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ECONNREFUSED") return false;
    throw error;
  } finally {
    socket.destroy();
  }
}
