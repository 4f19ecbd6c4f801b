import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checker } from "../../../../client/probes/check.ts";
import { attempt, localContext, probeOf } from "./loopback.ts";

const command = (script: string) => ({ kind: "command" as const, script });
const never = new AbortController().signal;

/** That nothing of that process is left, soon; an orphan that ended may wait to be collected. */
async function expectGone(pid: number): Promise<void> {
  const state = async () => {
    const status = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    return status === "" || / Z /.test(status) ? "gone" : status;
  };
  await expect.poll(state).toBe("gone");
}

describe("a script", () => {
  test.each([
    ["true", true],
    ["false", false],
    ["false\ntrue", false],
    ["false | true", false],
    ['[[ "a b" == a* ]]', true],
    ['test -z "$(cat)"', true],
  ])("%j is bash as in a workflow, a success: %s", async (script, ok) => {
    expect(await attempt(command(script))).toMatchObject({ ok });
  });

  test("that fails is told with its exit code and the last lines of both outputs", async () => {
    const script = "for i in 1 2 3 4 5 6 7; do echo line $i; done; echo bad >&2; exit 7";
    expect(await attempt(command(script))).toMatchObject({
      ok: false,
      message: expect.stringMatching(/^exit code 7; its last lines: (line|bad)/),
    });
    const { message } = await attempt(command(script));
    expect(message).toContain("bad");
    expect(message).not.toContain("line 1");
  });

  test("runs in the workspace, with the environment and no more", async () => {
    await using context = await localContext();
    await writeFile(join(context.workspace, "check.sh"), 'test "$A" = b && test -z "$HOME"');
    const environment = { PATH: process.env.PATH, A: "b" };
    const check = checker({ ...context, environment });
    expect(await check(probeOf(command(". ./check.sh")), never)).toMatchObject({ message: "" });
  });

  test("leaves no file", async () => {
    await using context = await localContext();
    await checker(context)(probeOf(command("true")), never);
    await expect.poll(() => readdir(context.temp)).toEqual([]);
  });

  test("shows no secret of its environment", async () => {
    const environment = { PATH: process.env.PATH, SHOP_TOKEN: "hunter22-hunter22" };
    const { message } = await attempt(command('echo "token $SHOP_TOKEN"; exit 1'), {
      context: { environment },
    });
    expect(message).toBe("exit code 1; its last lines: token ***");
  });

  test("may write much: a message has 300 characters at most, on one line", async () => {
    const script = "head -c 3000000 /dev/zero | tr '\\0' 'x'; echo; seq 100000; exit 1";
    const { message } = await attempt(command(script));
    expect(message).toMatch(/99999 \| 100000$/);
    expect(message.length).toBeLessThanOrEqual(300);
    expect(message).not.toMatch(/\p{Cc}/u);
  });

  test("that cannot be started is a failure", async () => {
    const context = { environment: { PATH: "/nonexistent" } };
    expect(await attempt(command("true"), { context })).toMatchObject({
      ok: false,
      message: expect.stringContaining("bash could not be started"),
    });
  });

  test("whose folder cannot be written is a failure", async () => {
    const context = { temp: "/nonexistent" };
    expect(await attempt(command("true"), { context })).toMatchObject({ ok: false });
  });
});

describe("nothing outlives a check", () => {
  test("that has used up its time, and its message has what was written", async () => {
    await using context = await localContext();
    const script = `trap "" TERM; sleep 600 & echo $! >pid; echo waiting; wait`;
    const probe = probeOf(command(script), { timeoutMs: 500 });
    const { ok, message, ms } = await checker(context)(probe, never);
    expect(ok).toBe(false);
    expect(message).toBe("no success within 0.5 s: it had not ended; its last lines: waiting");
    expect(ms).toBeLessThan(3000);
    await expectGone(Number(await readFile(join(context.workspace, "pid"), "utf8")));
  });

  test("that left something in the background which holds its output open", async () => {
    await using context = await localContext();
    const check = checker(context);
    const { ok } = await check(probeOf(command("sleep 600 & echo $! >pid")), never);
    expect(ok).toBe(true);
    await expectGone(Number(await readFile(join(context.workspace, "pid"), "utf8")));
  });

  test("and not even a daemon that left its group keeps it from ending", async () => {
    await using context = await localContext();
    const script =
      "setsid bash -c 'echo $$ >pid; exec sleep 600' & while ! test -s pid; do :; done";
    const { ok, ms } = await checker(context)(probeOf(command(script)), never);
    process.kill(Number(await readFile(join(context.workspace, "pid"), "utf8")), "SIGKILL");
    expect(ok).toBe(true);
    expect(ms).toBeLessThan(4000);
  });

  test("that was interrupted", async () => {
    await using context = await localContext();
    const interruption = new AbortController();
    const script = "echo $$ >pid; sleep 600";
    const under = checker(context)(probeOf(command(script)), interruption.signal);
    const pidFile = join(context.workspace, "pid");
    const readPid = async () => Number(await readFile(pidFile, "utf8").catch(() => ""));
    await expect.poll(readPid, { timeout: 5000 }).toBeGreaterThan(0);
    const pid = await readPid();
    interruption.abort();
    expect(await under).toMatchObject({ ok: false, message: "interrupted" });
    await expectGone(pid);
  });
});
