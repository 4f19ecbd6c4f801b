import { createServer, type Socket } from "node:net";
import { parseMessage, type RoleMessage } from "./messages.ts";
import type { Redaction } from "./redaction.ts";

/** An undo record may hold a part of a manifest. */
const LINE_LIMIT = 256 * 1024;

/** What a role reads: "ok", and what it asked for or why not. */
export type Answer = { ok: true; answer?: unknown } | { ok: false; error: string };
type Take = (message: RoleMessage) => Promise<Answer> | Answer;

/**
 * Serves a role on a unix socket at `path`: one JSON object a line, and one answer a line, {"ok":true} or
 * {"ok":false,"error":"..."}. Answers of one connection come in the order of its messages; connections wait for none other.
 */
export async function serveRole(
  path: string,
  take: Take,
  redaction: Redaction,
): Promise<{ close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  // The asking side closes its half once it has asked, and still reads.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy()); // the role's process ended before it read the answer
    void talk(socket, (line) => answered(line, take, redaction));
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

async function talk(socket: Socket, answer: (line: string) => Promise<Answer>): Promise<void> {
  socket.setEncoding("utf8");
  let rest = "";
  try {
    // Without this the end of the iteration would destroy the socket, and with it answers on their way.
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim()) say(socket, await answer(line));
      if (rest.length > LINE_LIMIT) {
        say(socket, refusal(`a line is longer than ${LINE_LIMIT} characters`));
        break;
      }
    }
  } catch (_gone) {
    return; // the role's process ended before it read the answer
  }
  socket.end();
}

async function answered(line: string, take: Take, redaction: Redaction): Promise<Answer> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (_notJson) {
    return refusal("expected a line of JSON"); // the error shows a piece of the line, which may be a piece of a secret
  }
  const message = parseMessage(value);
  if (typeof message === "string") return refusal(problemOf(redaction.json(value)));
  try {
    return await take(message);
  } catch (error) {
    return refusal((error as Error).message);
  }
}

/** What is wrong with a message, in words that show the beginning of a value: so its secrets have to be out before. */
function problemOf(masked: unknown): string {
  const problem = parseMessage(masked);
  return typeof problem === "string" ? problem : "it holds a value of a Secret where none may be";
}

function say(socket: Socket, answer: Answer): void {
  if (socket.writable) socket.write(`${JSON.stringify(answer)}\n`);
}

/** The answer to what was not done, and why. */
export function refusal(error: string): Answer {
  return { ok: false, error };
}
