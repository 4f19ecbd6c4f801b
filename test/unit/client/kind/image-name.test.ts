import { expect, test } from "vitest";
import { fullImageName, isAlwaysPulled } from "../../../../client/kind/image-name.ts";

const DIGEST = `sha256:${"0".repeat(64)}`;

test.each([
  ["shop", "docker.io/library/shop:latest"],
  ["shop:1", "docker.io/library/shop:1"],
  ["team/shop:1", "docker.io/team/shop:1"],
  ["docker.io/shop:1", "docker.io/library/shop:1"],
  ["index.docker.io/team/shop:1", "docker.io/team/shop:1"],
  ["localhost/shop:1", "localhost/shop:1"],
  ["localhost:5000/shop", "localhost:5000/shop:latest"],
  ["ghcr.io/team/shop:1", "ghcr.io/team/shop:1"],
  [`kindest/node:v1@${DIGEST}`, `docker.io/kindest/node:v1@${DIGEST}`],
  [`shop@${DIGEST}`, `docker.io/library/shop@${DIGEST}`],
])("%s is %s", (name, full) => {
  expect(fullImageName(name)).toBe(full);
  expect(fullImageName(full)).toBe(full);
});

test.each([
  ["shop", true],
  ["shop:latest", true],
  ["localhost:5000/shop", true],
  ["shop:1", false],
  [`shop:latest@${DIGEST}`, false],
])("Kubernetes pulls %s each time: %s", (name, pulls) => {
  expect(isAlwaysPulled(name)).toBe(pulls);
});
