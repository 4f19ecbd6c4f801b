import { expect, test } from "vitest";
import type { AnsibleEvent } from "../../../runner/events.ts";
import { undoTaskName } from "../../../runner/playbook.ts";
import type { UndoRecord } from "../../../runner/records.ts";
import { attemptsOf } from "../../../runner/undo-attempts.ts";

const record = (id: string): UndoRecord => ({ id, module: "acme.tests.x", state: "Open" });
const started = (task: string): AnsibleEvent => ({ event: "taskStarted", task });
const failed = (msg: string, ignored = false): AnsibleEvent => ({
  ...{ event: "taskFailed", task: "x : Undo", action: "x", msg, ignored },
});

test("a failure belongs to the record whose task began last, and what was not reached was not attempted", () => {
  const events = [
    started(undoTaskName(0)),
    started("x : Undo"),
    failed("never mind", true),
    started(undoTaskName(1)),
    started("x : Undo"),
    failed("no way"),
  ];
  const attempts = attemptsOf(events, [record("a"), record("b"), record("c")]);
  expect([...attempts]).toEqual([
    ["a", undefined],
    ["b", 'Task "x : Undo": no way'],
  ]);
});
