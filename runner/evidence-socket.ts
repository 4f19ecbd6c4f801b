import { createServer, type Socket } from "node:net";
import { type EvidenceMessage, parseEvidence } from "./evidence.ts";

const LINE_LIMIT = 64 * 1024;

/**
 * Serves the evidence protocol on a unix socket at `path`: one JSON object a line, and one answer a line, {"ok":true} or
 * {"ok":false,"error":"..."}. `take` returns what is wrong with a message, or undefined.
 */
export async function serveEvidence(
  path: string,
  take: (message: EvidenceMessage) => string | undefined,
): Promise<{ close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy()); // the role's process ended before it read the answer
    socket.setEncoding("utf8");
    let rest = "";
    socket.on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim()) socket.write(answer(line, take));
      if (rest.length > LINE_LIMIT)
        socket.end(refusal(`a line is longer than ${LINE_LIMIT} bytes`));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function answer(line: string, take: (message: EvidenceMessage) => string | undefined): string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return refusal(`not JSON: ${(error as Error).message}`);
  }
  const message = parseEvidence(value);
  const problem = typeof message === "string" ? message : take(message);
  return problem === undefined ? '{"ok":true}\n' : refusal(problem);
}

function refusal(error: string): string {
  return `${JSON.stringify({ ok: false, error })}\n`;
}
