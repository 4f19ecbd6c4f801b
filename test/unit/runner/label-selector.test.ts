import { expect, test } from "vitest";
import { labelSelectorText } from "../../../runner/label-selector.ts";

test("a label selector is written as the API's query has it", () => {
  const text = labelSelectorText({
    matchLabels: { app: "web", "example.org/tier": "front" },
    matchExpressions: [
      { key: "zone", operator: "In", values: ["a", "b"] },
      { key: "track", operator: "NotIn", values: ["canary"] },
      { key: "owner", operator: "Exists" },
      { key: "frozen", operator: "DoesNotExist" },
    ],
  });
  expect(text).toBe(
    "app=web,example.org/tier=front,zone in (a,b),track notin (canary),owner,!frozen",
  );
});
