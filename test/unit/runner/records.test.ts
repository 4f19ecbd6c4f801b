import { describe, expect, test } from "vitest";
import type { UndoMessage } from "../../../runner/messages.ts";
import { adding, closing, openRecords, type UndoRecord } from "../../../runner/records.ts";

const undo = (some: Partial<UndoMessage> = {}): UndoMessage => ({
  ...{ type: "undo", id: "a", module: "acme.tests.scale", args: { was: 3 } },
  ...some,
});
const record = (some: Partial<UndoRecord> = {}): UndoRecord => ({
  ...{ id: "a", module: "acme.tests.scale", args: { was: 3 }, state: "Open", attempts: 0 },
  ...some,
});

describe("adding an undo record", () => {
  test("makes the list where there is none, unless somebody else has made it", () => {
    expect(adding(undefined, undo())).toEqual({
      kind: "patch",
      operations: [
        { op: "test", path: "/status/records", value: null },
        { op: "add", path: "/status/records", value: [record()] },
      ],
    });
  });

  test("appends, so that no other record is touched", () => {
    const change = adding([record({ id: "b" })], undo());
    expect(change).toEqual({
      kind: "patch",
      operations: [{ op: "add", path: "/status/records/-", value: record() }],
    });
  });

  test("changes nothing where the same open record is there, whatever the order of its fields", () => {
    const { args, ...rest } = record();
    expect(adding([{ args: args ?? {}, ...rest }], undo())).toEqual({ kind: "none" });
  });

  test.for([
    ["other args", record({ args: { was: 4 } }), /other content/],
    ["another module", record({ module: "acme.tests.other" }), /other content/],
    ["a closed one", record({ state: "Done" }), /is Done/],
  ] as const)("is refused where the id stands for %s", ([, known, message]) => {
    expect(adding([known], undo())).toMatchObject({
      kind: "refused",
      message: expect.stringMatching(message),
    });
  });

  test("is refused where a run has no room for more", () => {
    const many = Array.from({ length: 1000 }, (_, index) => record({ id: `r${index}` }));
    expect(adding(many, undo())).toMatchObject({ kind: "refused" });
    const large = [record({ id: "large", args: { was: "x".repeat(768 * 1024) } })];
    expect(adding(large, undo())).toMatchObject({ kind: "refused" });
  });
});

describe("what came of undoing", () => {
  test.for([
    ["Done", { state: "Done", attempts: 1 }],
    ["Conflict", { state: "Conflict", attempts: 1, lastError: "why" }],
    ["Failed", { state: "Open", attempts: 1, lastError: "why" }],
  ] as const)("%s replaces that record alone, by its place and its id", ([state, expected]) => {
    const records = [record({ id: "b" }), record()];
    const message = state === "Done" ? {} : { message: "why" };
    expect(closing(records, { type: "undone", id: "a", state, ...message })).toEqual({
      kind: "patch",
      operations: [
        { op: "test", path: "/status/records/1/id", value: "a" },
        { op: "replace", path: "/status/records/1", value: record(expected) },
      ],
    });
  });

  test.for([
    ["Done", "Done", "none"],
    ["Done", "Failed", "none"],
    ["Conflict", "Conflict", "none"],
    ["Conflict", "Done", "refused"],
    ["Done", "Conflict", "refused"],
  ] as const)("of a record that is %s: %s is %s", ([was, state, kind]) => {
    const change = closing([record({ state: was })], { type: "undone", id: "a", state });
    expect(change.kind).toBe(kind);
  });
});

test("open records come newest first", () => {
  const records = [record({ id: "1" }), record({ id: "2", state: "Done" }), record({ id: "3" })];
  expect(openRecords(records).map(({ id }) => id)).toEqual(["3", "1"]);
  expect(openRecords(undefined)).toEqual([]);
});
