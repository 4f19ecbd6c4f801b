import { expect, test } from "vitest";
import { webHostOf, workflowBadgeOf } from "../../../board/github/workflow-badge.ts";

test.each([
  [
    "/o/r/actions/workflows/ci.yml/badge.svg",
    { owner: "o", repo: "r", workflow: { file: "ci.yml" } },
  ],
  [
    "/o/r/actions/workflows/ci.yml/badge.svg?branch=a%2Fb&event=push",
    { owner: "o", repo: "r", workflow: { file: "ci.yml" }, branch: "a/b", event: "push" },
  ],
  [
    "/o/r/workflows/Unit%20tests/badge.svg",
    { owner: "o", repo: "r", workflow: { name: "Unit tests" } },
  ],
  [
    "/o/r/workflows/.github%2Fworkflows%2Fci.yml/badge.svg",
    { owner: "o", repo: "r", workflow: { name: ".github/workflows/ci.yml" } },
  ],
  ["/o/r/actions/workflows/ci.yml/badge.png", undefined],
  ["/o/r/actions/workflows/%/badge.svg", undefined],
  ["/o/r/raw/main/badge.svg", undefined],
])("%s is the badge of a workflow", (path, expected) => {
  expect(workflowBadgeOf(`https://github.com${path}`, "github.com")).toEqual(expected);
  expect(workflowBadgeOf(`https://github.example${path}`, "github.com")).toBeUndefined();
});

test.each([
  ["https://api.github.com", "github.com"],
  ["https://api.octo.ghe.com", "octo.ghe.com"],
  ["https://git.corp.example/api/v3", "git.corp.example"],
])("the pages of %s are on %s", (api, host) => {
  expect(webHostOf(api)).toBe(host);
});
