import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunnerWorld, startRunnerWorld } from "../../support/runner-world.ts";

const record = (type: string, message: object) => ({
  "ansible.builtin.command": { argv: ["pystol-record", type, JSON.stringify(message)] },
});
const web = { id: "web/replicas", targetUID: "u-1", module: "acme.tests.scale", args: { was: 3 } };

let world: RunnerWorld;

beforeAll(async () => {
  world = await startRunnerWorld({
    recording: [
      record("undo", web),
      record("undo", web),
      record("undo", { ...web, id: "web/image", args: {} }),
      record("undone", { id: "web/replicas", state: "Failed", message: "not yet" }),
      record("undone", { id: "web/replicas", state: "Done" }),
    ],
    repeating: [record("undo", web), record("undo", { ...web, args: { was: 4 } })],
    forgetful: [record("undone", { id: "nothing", state: "Done" })],
  });
});
afterAll(() => world?.[Symbol.asyncDispose]());

test("an undo is stored before the role goes on, once, and what came of it too", async () => {
  const runner = await world.start({ role: { role: "recording", undoable: true } });
  const { stdout } = await runner.ended;
  const { status } = await world.run(runner.name);
  expect(stdout).toContain('"undoRecorded"');
  expect(status?.records).toEqual([
    { ...web, state: "Done", attempts: 2 },
    { ...web, id: "web/image", args: {}, state: "Open", attempts: 0 },
  ]);
});

test.for([
  // What it recorded before it was refused is still open, and that is never less than an Error.
  ["repeating", true, "there is a record web/replicas already, with other content", "Error"],
  ["forgetful", true, "there is no record nothing", "Failed"],
  ["recording", false, "does not say undoable", "Failed"],
] as const)(
  "the role %s (undoable: %s) is refused: %s",
  async ([role, undoable, problem, verdict]) => {
    const runner = await world.start({ role: { role, undoable } });
    const { report } = await runner.ended;
    expect(report?.verdict).toBe(verdict);
    expect(report?.message).toContain(problem);
  },
);
