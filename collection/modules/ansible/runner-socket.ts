import { connect } from "node:net";

/** What Pystol's runner answers to one message. */
export interface RunnerAnswer {
  ok: boolean;
  error?: string;
  [name: string]: unknown;
}

/**
 * Sends one message to Pystol's runner, which listens on the unix socket at `path`, and returns its answer: one JSON object on
 * one line each way. The connection stays open until the answer is there, because the runner may store something first.
 *
 * @throws if the runner cannot be reached, ends the connection without an answer, or refuses the message.
 */
export async function askRunner(path: string, message: { type: string }): Promise<RunnerAnswer> {
  const socket = connect(path);
  try {
    socket.setEncoding("utf8");
    socket.write(`${JSON.stringify(message)}\n`);
    let text = "";
    for await (const chunk of socket) {
      text += chunk;
      if (text.includes("\n")) break;
    }
    if (!text.includes("\n")) throw new Error("it closed the connection without an answer");
    const answer = JSON.parse(text) as RunnerAnswer;
    if (!answer.ok) throw new Error(answer.error ?? "it gave no reason");
    return answer;
  } catch (cause) {
    const said = (cause as Error).message;
    throw new Error(`Pystol's runner did not accept ${message.type}: ${said}`, { cause });
  } finally {
    socket.destroy();
  }
}
