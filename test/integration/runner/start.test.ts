import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const START = join(import.meta.dirname, "../../../runner/ansible/start.py");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pystol-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** The same program by Python itself and by start.py. */
async function both(program: string) {
  const file = join(folder, "program");
  await writeFile(file, program);
  const run = (args: string[]) => {
    const { status, stdout, stderr } = spawnSync("python3", [...args, file, "a", "b c"]);
    return { status, stdout: stdout.toString(), stderr: stderr.toString() };
  };
  return { plain: run([]), quick: run([START]) };
}

describe("a program that start.py runs", () => {
  test.each([
    ["its arguments, name and path", "import sys; print(sys.argv[1:], __name__, sys.path[0])"],
    ["its exit code", "import sys; print('x' * 100_000); sys.exit(3)"],
    ["an exit code of none", "import sys; sys.exit()"],
    ["what it says at its end", "import sys; sys.exit('it has failed')"],
    ["what it registered for its end", "import atexit; atexit.register(print, 'bye'); exit(4)"],
    [
      "what its threads do",
      "import sys, threading, time; threading.Thread(target=lambda: (time.sleep(0.2), print('late'))).start(); sys.exit(5)",
    ],
    ["a closed output", "import sys; sys.stdout.close(); sys.exit(6)"],
    ["running to its end", "print('done')"],
    ["what its forks leave behind", "import os, sys; sys.exit(os.fork() and os.wait()[1])"],
  ])("has %s", async (_, program) => {
    const { plain, quick } = await both(program);
    expect(quick).toEqual(plain);
  });

  test("fails as it would with an error that nobody caught", async () => {
    const { plain, quick } = await both("raise ValueError('no')");
    expect(quick.status).toBe(plain.status);
    expect(quick.stderr).toMatch(/ValueError: no\n$/);
  });

  test("seldom collects garbage", async () => {
    const { plain, quick } = await both("import gc; print(gc.get_threshold()[0])");
    expect(Number(quick.stdout)).toBeGreaterThan(10 * Number(plain.stdout));
  });
});
