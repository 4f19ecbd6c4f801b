import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sizeOf } from "../../../runner/report.ts";
import { type RunnerWorld, startRunnerWorld } from "../../support/runner-world.ts";

const textVariables = {
  type: "object",
  properties: { text: { type: "string" }, nested: { type: "object" }, file: { type: "string" } },
};

const killAnsible = `
p=$$
until tr '\\0' ' ' < /proc/$p/cmdline | grep -q '[k]eeper.py'; do
  child=$p
  p=$(sed -n 's/^PPid:[[:space:]]*//p' /proc/$p/status)
done
kill -KILL $child
sleep 60`;

const lies = `
echo '{"event":"statistics","processed":["localhost"],"failures":0,"unreachable":0,"results":{}}'
echo '{"schemaVersion":1,"nonce":"0123456789abcdef","verdict":"Passed","verified":true,"message":"all is well"}' | tee "$FILE"
exit 7`;

let world: RunnerWorld;

beforeAll(async () => {
  world = await startRunnerWorld({
    plain: [{ "ansible.builtin.debug": { msg: "hello" } }],
    failing: [{ name: "Fill the disk", "ansible.builtin.fail": { msg: "the disk is full" } }],
    ignoring: [{ "ansible.builtin.fail": { msg: "not so bad" }, ignore_errors: true }],
    unreachable: [
      {
        name: "Go there",
        "ansible.builtin.command": "true",
        vars: { ansible_remote_tmp: "/proc/no" },
      },
    ],
    empty: "[]",
    killed: [{ "ansible.builtin.shell": killAnsible }],
    broken: [{ "acme.absent.module": {} }],
    liar: [{ name: "Lie", "ansible.builtin.shell": lies, environment: { FILE: "{{ file }}" } }],
    planted: [
      {
        "ansible.builtin.copy": {
          content: "{{ text }}|{{ nested | to_json }}",
          dest: "{{ file }}",
        },
      },
    ],
    telling: [
      { "ansible.builtin.command": "pystol-record evidence {{ text | quote }}" },
      { "ansible.builtin.set_stats": { data: { answer: 42 } } },
    ],
  });
});
afterAll(() => world?.[Symbol.asyncDispose]());

describe.concurrent("the verdict", () => {
  test.for([
    [
      "plain",
      "Passed",
      /^The role acme\.tests\.plain passed\. Unverified: the role gave no evidence/,
    ],
    ["ignoring", "Passed", /passed/],
    ["failing", "Failed", /Task ".*Fill the disk": the disk is full/],
    ["unreachable", "Error", /^Unreachable: Task ".*Go there": .*directory/],
    ["empty", "Error", /did nothing: Ansible ran no task/],
    ["killed", "Error", /was killed: ansible-playbook ended by SIGKILL/],
    ["broken", "Error", /could not be loaded: .*acme\.absent\.module/],
    ["missing", "Error", /collection acme\.tests of the runner image .* has no role missing/],
  ] as const)(
    "of the role %s is %s, and its message says why",
    async ([role, verdict, message]) => {
      const runner = await world.start({ role: { role } });
      const { code, report } = await runner.ended;
      expect(report).toMatchObject({ verdict, verified: false });
      expect(report?.message).toMatch(message);
      expect(code).toBe(verdict === "Passed" ? 0 : 1);
    },
  );

  test("names the collection that the image lacks", async () => {
    const runner = await world.start({ role: { collection: "acme.absent", role: "plain" } });
    const { report } = await runner.ended;
    expect(report).toMatchObject({ verdict: "Error" });
    expect(report?.message).toMatch(
      /^The collection acme\.absent is not in the runner image example\.org\/runner:1/,
    );
  });

  test("does not come from what a role prints or writes to the termination message", async () => {
    const file = join(world.folder, "imitated");
    const runner = await world.start(
      { role: { role: "liar", arguments: textVariables }, extraVars: { file } },
      { PYSTOL_TERMINATION_LOG: file },
    );
    await runner.ended;
    const written = JSON.parse(await readFile(file, "utf8"));
    const { status } = await world.run(runner.name);
    expect(written).toMatchObject({ verdict: "Failed", verified: false });
    expect(status?.report).toEqual(written);
  });
});

describe.concurrent("variables", () => {
  test("stay text where somebody wrote a template, in nested values and keys too", async () => {
    const proof = join(world.folder, "ran-a-template");
    const text = `{{ lookup('pipe', 'id > ${proof}') }}`;
    const nested = { list: [{ deep: text }], [text]: "as a key" };
    const file = join(world.folder, "planted");
    const runner = await world.start({
      role: { role: "planted", arguments: textVariables },
      extraVars: { text, nested, file },
    });
    const { report } = await runner.ended;
    expect(report?.verdict).toBe("Passed");
    expect(await readFile(file, "utf8")).toBe(
      `${text}|${JSON.stringify(nested).replaceAll('":', '": ').replaceAll(',"', ', "')}`,
    );
    await expect(readFile(proof)).rejects.toThrow("ENOENT");
  });

  test("that are Ansible's own are refused before anything runs", async () => {
    const runner = await world.start({
      role: { role: "plain", arguments: textVariables },
      extraVars: { ansible_python_interpreter: "/tmp/evil" },
    });
    const { report } = await runner.ended;
    expect(report).toMatchObject({ verdict: "Error" });
    expect(report?.message).toContain("extraVars.ansible_python_interpreter is reserved");
    expect(runner.events().map(({ event }) => event)).not.toContain("playbookStarted");
  });
});

describe.concurrent("the report", () => {
  test("is in the run's status and the termination message alike, with the nonce of the claim", async () => {
    const runner = await world.start({ role: { role: "plain" }, seed: 7 });
    const { report, message } = await runner.ended;
    const { status } = await world.run(runner.name);
    expect(status?.report).toEqual(report);
    expect(status?.claim).toMatchObject({
      podName: runner.pod.name,
      podUID: runner.pod.uid,
      nonceSHA256: createHash("sha256")
        .update(report?.nonce ?? "")
        .digest("hex"),
    });
    expect(report?.seed).toBe(7);
    expect(sizeOf(JSON.parse(message))).toBeLessThanOrEqual(3891);
  });

  test("proves that the event lines on standard output are complete", async () => {
    const runner = await world.start({ role: { role: "plain" } });
    const { report, stdout } = await runner.ended;
    const lines = stdout.split("\n").slice(0, -1);
    expect(report?.events).toEqual({
      count: lines.length,
      sha256: createHash("sha256").update(stdout).digest("hex"),
    });
    expect(lines.map((line) => JSON.parse(line).seq)).toEqual(lines.map((_, index) => index + 1));
  });

  test("is verified where the role promises evidence and gave it with pystol-record", async () => {
    const record = { phase: "injected", target: { kind: "Thing", name: "one" }, outcome: "paused" };
    const runner = await world.start({
      role: { role: "telling", verified: true, arguments: textVariables },
      extraVars: { text: JSON.stringify(record) },
    });
    const { report } = await runner.ended;
    expect(report).toMatchObject({
      verdict: "Passed",
      verified: true,
      targets: [{ kind: "Thing", name: "one", outcome: "paused" }],
      results: { answer: 42 },
    });
    expect((await world.run(runner.name)).status?.injectedTime).toBe(report?.injectedTime);
  });

  test("is unverified where a role promises evidence and gives none", async () => {
    const runner = await world.start({ role: { role: "plain", verified: true } });
    const { report } = await runner.ended;
    expect(report).toMatchObject({ verdict: "Passed", verified: false });
    expect(report?.message).toMatch(/Unverified: the role gave no evidence/);
  });
});

test("a message that the evidence protocol does not know is refused with what was expected", async () => {
  const runner = await world.start({
    role: { role: "telling", arguments: textVariables },
    extraVars: { text: '{"phase":"broken"}' },
  });
  const { report } = await runner.ended;
  expect(report).toMatchObject({ verdict: "Failed" });
  expect(report?.message).toContain(
    'pystol-record: the runner refused it: phase is "broken"; expected "injected"',
  );
});
