import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { cacheDirOf } from "../cluster/cache.ts";
import { goTool } from "../cluster/go-tool.ts";

const started = inject("started");
const where = {
  cacheDir: cacheDirOf(process.env),
  progress: (text: string) => console.log(`e2e: ${text}`),
};
const noGo =
  started.skipReason || (await isThere("go")) ? "" : "no Go to get act and actionlint with";
const reason = started.skipReason || noGo;
const why = reason ? ` (skipped: ${reason})` : "";

async function isThere(program: string): Promise<boolean> {
  const child = spawn(program, ["version"], { stdio: "ignore" });
  const [code] = await once(child, "exit").catch(() => [1]); // it rejects where there is no such program
  return code === 0;
}

async function run(
  program: string,
  args: string[],
): Promise<{ code: number | null; output: string }> {
  const child = spawn(program, args, {
    cwd: started.root,
    // The runner takes the first node of PATH for the actions it runs.
    env: { ...process.env, PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  const [code] = await once(child, "close");
  return { code, output };
}

describe.skipIf(reason)(`the workflow e2e.yml${why}`, () => {
  test("makes a cluster with the action, gets every verdict that it expects, and takes the cluster away", async () => {
    const act = await goTool("github.com/nektos/act", "v0.2.89", "act", where);
    const cache = await mkdtemp(join(tmpdir(), "pystol-act-"));
    try {
      const { code, output } = await run(act, [
        "push",
        ...["--workflows", ".github/workflows/e2e.yml", "--platform", "ubuntu-latest=-self-hosted"],
        ...[
          "--action-cache-path",
          cache,
          "--cache-server-path",
          cache,
          "--artifact-server-path",
          cache,
        ],
      ]);
      expect(code, output.slice(-5000)).toBe(0);
      expect(output).toMatch(/Job succeeded/);
      expect(output).toMatch(/kill-web/);
      expect(output).toMatch(/Post Main.*|Success - Post/);
    } finally {
      await rm(cache, { recursive: true, force: true });
    }
  });
});
