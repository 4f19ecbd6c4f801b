import { connect } from "node:net";
import { text } from "node:stream/consumers";

const TYPES = ["evidence", "undo", "undone", "node"];

const USAGE = `Usage: pystol-record evidence|undo|undone|node JSON
Tells the runner what a role does; with - as JSON it is read from standard input. Succeeds once the runner has stored it.
  evidence  what it saw of a target:
    pystol-record evidence '{"phase":"injected","target":{"kind":"Pod","name":"web-1","uid":"..."},"outcome":"killed"}'
  undo      how to undo a change, before it is made; tasks/recover.yml gets it back in pystol_undo:
    pystol-record undo '{"id":"web/replicas","targetUID":"...","module":"acme.faults.scale","args":{"was":3,"is":0}}'
  undone    what came of undoing it, Done, Conflict (another value is there: left alone) or Failed (it is tried again):
    pystol-record undone '{"id":"web/replicas","state":"Done"}'
  node      what the helper on a node shall do; prints its answer as JSON:
    pystol-record node '{"node":"n1","fault":"NetworkPartition","target":{"namespace":"shop","name":"web-1","uid":"..."},
                         "want":"Applied","holdSeconds":60}'`;

process.exitCode = 1; // until it has succeeded
void main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => console.error(`pystol-record: ${error.message}`),
);

async function main([type, given]: string[]): Promise<number> {
  if (type === undefined || !TYPES.includes(type) || given === undefined) {
    console.error(USAGE);
    return 2;
  }
  const path = process.env.PYSTOL_SOCKET;
  if (!path)
    throw new Error("PYSTOL_SOCKET is not set: this command works within a role that Pystol runs.");
  const message = { type, ...parseObject(given === "-" ? await text(process.stdin) : given) };
  const socket = connect(path);
  socket.end(`${JSON.stringify(message)}\n`);
  const said = await text(socket);
  if (!said) throw new Error("the runner ended before it answered.");
  const { ok, error, answer } = JSON.parse(said) as {
    ok: boolean;
    error?: string;
    answer?: unknown;
  };
  if (!ok) throw new Error(`the runner refused it: ${error}`);
  if (answer !== undefined) console.log(JSON.stringify(answer));
  return 0;
}

function parseObject(json: string): object {
  const value = parsed(json);
  // Not shown: a piece of it may be a piece of a secret, which nobody would know and mask.
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`expected a JSON object, got ${json.length} characters that are none.`);
  return value;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (_notJson) {
    return undefined;
  }
}
