import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { Redaction } from "../../../runner/redaction.ts";
import { serveRole } from "../../../runner/role-socket.ts";

const token = "t0k3n-".repeat(40);

test.for([
  [JSON.stringify({ type: "evidence", phase: token }), 'phase is "********"; expected'],
  [JSON.stringify({ type: "undo", id: `${token} ` }), 'id is "******** "; expected'],
  [`{ ${token}`, "expected a line of JSON"],
] as const)("a refusal shows no beginning of a secret: %s", async ([line, problem]) => {
  const folder = await mkdtemp(join(tmpdir(), "pystol-socket-"));
  const redaction = new Redaction();
  redaction.use([token]);
  const path = join(folder, "role.sock");
  const served = await serveRole(path, () => ({ ok: true }), redaction);
  const socket = connect(path);
  socket.end(`${line}\n`);
  const answer = await text(socket);
  expect(JSON.parse(answer)).toMatchObject({ ok: false, error: expect.stringContaining(problem) });
  expect(answer).not.toContain("k3n");
  await served.close();
  await rm(folder, { recursive: true });
});
