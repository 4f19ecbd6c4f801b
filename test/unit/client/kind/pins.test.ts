import { expect, test } from "vitest";
import { KIND_PIN, NODE_IMAGE } from "../../../../client/kind/pins.ts";
import { KIND_VERSION, PUBLISHED_NODE_IMAGE } from "../../../cluster/versions.ts";

test("the pinned kind and its node image are those that the test clusters are made of", () => {
  expect(KIND_PIN.version).toBe(`v${KIND_VERSION}`);
  expect(NODE_IMAGE).toBe(PUBLISHED_NODE_IMAGE);
});

test("every pinned sum is a whole SHA-256, and no two are the same", () => {
  const sums = Object.values(KIND_PIN.sha256);
  for (const sum of sums) expect(sum).toMatch(/^[0-9a-f]{64}$/);
  expect(new Set(sums).size).toBe(sums.length);
});
