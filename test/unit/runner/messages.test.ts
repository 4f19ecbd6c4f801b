import { describe, expect, test } from "vitest";
import { parseMessage } from "../../../runner/messages.ts";

const target = { namespace: "shop", name: "web-1", uid: "u-1" };
const undo = { type: "undo", id: "web/replicas", module: "acme.faults.scale", args: { was: 3 } };
const node = {
  type: "node",
  node: "n1",
  fault: "NetworkPartition",
  target,
  want: "Applied",
  holdSeconds: 60,
};

describe("a message of a role", () => {
  test("that says how to undo is taken as it is, without what nobody knows", () => {
    const known = { ...undo, targetUID: "u-1", node: "n1" };
    expect(parseMessage({ ...known, state: "Done" })).toEqual(known);
  });

  test("to a node becomes an order with an id of its fault and target", () => {
    expect(parseMessage({ ...node, args: { ports: [80] } })).toEqual({
      type: "node",
      order: {
        ...{ id: "NetworkPartition/u-1", node: "n1", fault: "NetworkPartition", target },
        ...{ want: "Applied", holdSeconds: 60, args: { ports: [80] } },
      },
    });
  });

  test.for<[unknown, RegExp]>([
    [[], /expected a JSON object/],
    [{ type: "delete" }, /type is "delete"; expected "evidence", "undo", "undone" or "node"/],
    [{ ...undo, id: "a b" }, /id is "a b"/],
    [{ ...undo, id: "x".repeat(129) }, /1 to 128/],
    [{ ...undo, module: "" }, /module is ""/],
    [{ ...undo, args: [] }, /args is \[\]/],
    [{ ...undo, targetUID: 5 }, /targetUID is 5/],
    [{ type: "undone", id: "a", state: "Open" }, /state is "Open"; expected "Done"/],
    [{ type: "undone", id: "a", state: "Done", message: 1 }, /message is 1/],
    [{ ...node, fault: "DiskFill" }, /fault is "DiskFill"/],
    [{ ...node, want: "Maybe" }, /want is "Maybe"/],
    [{ ...node, holdSeconds: 0.5 }, /holdSeconds is 0.5; expected a whole number/],
    [{ ...node, target: { name: "web" } }, /expected an object with namespace, name and uid/],
  ])("%j is refused with what was expected", ([value, expected]) => {
    expect(parseMessage(value)).toMatch(expected);
  });
});
