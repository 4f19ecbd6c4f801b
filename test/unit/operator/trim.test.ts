import { expect, test } from "vitest";
import { refusals } from "../../../operator/accept.ts";
import { trimmedAction } from "../../../operator/trim.ts";
import { action, role, settings, world } from "./worlds.ts";

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

test("an action of which any size may come is small in memory, and refused with the size it had", () => {
  const large = action({
    spec: { extraVars: { text: "x".repeat(1_000_000) } },
    metadata: { annotations: { text: "y".repeat(200_000) } },
  });
  const kept = trimmedAction(large);
  expect(bytesOf(kept)).toBeLessThan(2_000);
  const given = refusals(large, role, world().namespace, settings);
  expect(given).toHaveLength(1);
  expect(refusals(kept, role, world().namespace, settings)).toEqual(given);
});

test("an action that may run keeps all of its spec", () => {
  const small = action({ spec: { extraVars: { text: "x".repeat(60_000) } } });
  expect(trimmedAction(small)).toEqual(small);
});
