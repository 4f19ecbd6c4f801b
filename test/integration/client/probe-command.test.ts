import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const checkCommand = join(import.meta.dirname, "../../../client/probes/check-command.ts");

test.skipIf(process.getuid?.() !== 0)(
  "a probe's command that leaves somebody else's process, as sudo does, does not end its caller",
  async () => {
    const temp = await mkdtemp(join(tmpdir(), "pystol-probe-"));
    const script = "setpriv --reuid=65534 --clear-groups sleep 4 >/dev/null 2>&1";
    const program = `
      import { setTimeout as delay } from "node:timers/promises";
      import { checkCommand } from ${JSON.stringify(checkCommand)};
      const context = { workspace: ".", environment: process.env, temp: ${JSON.stringify(temp)} };
      const signal = AbortSignal.timeout(1000);
      const check = checkCommand({ kind: "command", script: ${JSON.stringify(script)} }, { ...context, signal });
      console.log(await check.catch((error) => error.message));
      await delay(500);
      console.log("still here");`;
    // Root may signal the processes of all others, unless it gives that up.
    const drop = ["--inh-caps=-kill", "--bounding-set=-kill"];
    const node = [process.execPath, "--input-type=module", "--eval", program];
    const { stdout } = await promisify(execFile)("setpriv", [...drop, ...node]);
    expect(stdout).toBe("it had not ended; it wrote nothing\nstill here\n");
    await rm(temp, { recursive: true });
  },
);
