import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** One project for each folder of tests; `vitest run --project NAME` runs one of them. */
const project = (
  name: string,
  testTimeout: number,
  serial = false,
  globalSetup: string[] = [],
) => ({
  test: {
    name,
    globalSetup,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout,
    hookTimeout: Math.max(testTimeout, 60_000),
    fileParallelism: !serial,
  },
});

export default defineConfig({
  test: {
    // Most tests wait for servers and processes of their own more than they compute.
    maxWorkers: 2 * availableParallelism(),
    projects: [
      project("unit", 10_000),
      // Real servers and real Ansible on a busy machine: a limit is there to end what hangs, not to measure.
      project("integration", 240_000),
      project("reliability", 600_000, true),
      project("browser", 60_000, true),
      project("e2e", 900_000, true, ["test/e2e/global-setup.ts"]),
    ],
  },
});
