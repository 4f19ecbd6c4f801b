import { expect, test } from "vitest";
import { attemptOf } from "../../../operator/job.ts";

test.each([
  { name: "pa-u1-r1", attempt: 1 },
  { name: "pa-u1-r12-x2b4z", attempt: 12 },
  { name: "pa-u1", attempt: undefined },
  { name: "pa-u1-x2b4z", attempt: undefined },
  // Kubernetes ends the name of a Job's pod in five random characters: here it is the runner's.
  { name: "pa-u1-r2456", attempt: undefined },
  { name: "pa-u1-r4k2x", attempt: undefined },
  { name: "pa-u2-r1", attempt: undefined },
])("$name is of recovery attempt $attempt", ({ name, attempt }) => {
  expect(attemptOf(name, "pa-u1")).toBe(attempt);
});
