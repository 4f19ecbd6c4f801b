import { expect, test } from "vitest";
import { nearest } from "../../../client/nearest.ts";

const known = ["role", "target", "timeout", "expect"];

test.each([
  ["rolle", "role"],
  ["Target", "target"],
  ["timeuot", "timeout"],
  ["expects", "expect"],
])("%s most likely means %s", (word, name) => {
  expect(nearest(word, known)).toBe(name);
});

test.each(["priority", "x", ""])("%j is near none of the names", (word) => {
  expect(nearest(word, known)).toBeUndefined();
});

test("of two near names the nearer is meant", () => {
  expect(nearest("timeou", ["timer", "timeout"])).toBe("timeout");
});
