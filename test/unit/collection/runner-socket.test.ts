import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { evidenceClient } from "../../../collection/modules/ansible/evidence-client.ts";
import { type NodeOrder, nodeClient } from "../../../collection/modules/ansible/node-client.ts";
import { undoClient } from "../../../collection/modules/ansible/undo-client.ts";

/** A runner that answers each line, after a turn of the event loop, with what `answer` makes of it. */
async function serve(answer: (message: { type: string }) => string) {
  const folder = await mkdtemp(join(tmpdir(), "pystol-socket-"));
  const path = join(folder, "runner.sock");
  const messages: unknown[] = [];
  const server = createServer((socket) => {
    socket.setEncoding("utf8");
    socket.on("error", () => socket.destroy());
    socket.on("data", (line: string) => {
      const message = JSON.parse(line);
      messages.push(message);
      setImmediate(() => socket.end(answer(message)));
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    ...{ path, messages },
    [Symbol.asyncDispose]: async () => {
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}

const record = { id: "patch/u", module: "pystol.actions.patch", args: { id: "patch/u" } };
const order: NodeOrder = {
  ...{ node: "n", fault: "NetworkPartition", want: "Applied", holdSeconds: 9, args: {} },
  target: { namespace: "shop", name: "web", uid: "u" },
};

test("each client sends its message and waits for the runner's answer", async () => {
  const answer = { state: "Applied", evidence: { packets: 1 } };
  await using runner = await serve(({ type }) =>
    type === "node" ? `${JSON.stringify({ ok: true, answer })}\n` : '{"ok":true}\n',
  );
  const evidence = { phase: "injected", target: { kind: "Pod", name: "web" } } as const;
  await evidenceClient(runner.path)({ ...evidence, outcome: "killed", evidence: {} });
  await undoClient(runner.path).undo(record);
  await undoClient(runner.path).undone({ id: "patch/u", state: "Done" });
  expect(await nodeClient(runner.path)(order)).toEqual(answer);
  expect(runner.messages).toEqual([
    { type: "evidence", ...evidence, outcome: "killed", evidence: {} },
    { type: "undo", ...record },
    { type: "undone", id: "patch/u", state: "Done" },
    { type: "node", ...order },
  ]);
});

test("a refusal is an error with the runner's words", async () => {
  await using runner = await serve(() => '{"ok":false,"error":"the record cannot be stored"}\n');
  await expect(undoClient(runner.path).undo(record)).rejects.toThrow(
    "Pystol's runner did not accept undo: the record cannot be stored",
  );
});

test("a runner that ends without an answer has accepted nothing", async () => {
  await using runner = await serve(() => "");
  await expect(undoClient(runner.path).undo(record)).rejects.toThrow("without an answer");
});

test("without a runner nothing is recorded, but an order to a node is an error", async () => {
  await undoClient(undefined).undo(record);
  await expect(nodeClient(undefined)(order)).rejects.toThrow("PYSTOL_SOCKET is not set");
});
