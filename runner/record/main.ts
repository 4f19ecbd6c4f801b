import { connect } from "node:net";
import { text } from "node:stream/consumers";

const USAGE = `Usage: pystol-record evidence JSON
Tells the runner what a role saw of a target; with - as JSON it is read from standard input. Example:
  pystol-record evidence '{"phase":"injected","target":{"kind":"Pod","name":"web-1","uid":"..."},"outcome":"killed"}'`;

process.exitCode = await main(process.argv.slice(2)).catch((error: Error) => {
  console.error(`pystol-record: ${error.message}`);
  return 1;
});

async function main([type, given]: string[]): Promise<number> {
  if (type !== "evidence" || given === undefined) {
    console.error(USAGE);
    return 2;
  }
  const path = process.env.PYSTOL_SOCKET;
  if (!path)
    throw new Error("PYSTOL_SOCKET is not set: this command works within a role that Pystol runs.");
  const message = { type, ...parseObject(given === "-" ? await text(process.stdin) : given) };
  const socket = connect(path);
  socket.end(`${JSON.stringify(message)}\n`);
  const answer = JSON.parse(await text(socket)) as { ok: boolean; error?: string };
  if (!answer.ok) throw new Error(`the runner refused it: ${answer.error}`);
  return 0;
}

function parseObject(json: string): object {
  const value: unknown = JSON.parse(json);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`expected a JSON object, got ${json.slice(0, 80)}`);
  return value;
}
