import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, typeOf } from "../../support/pystol-control-plane.ts";
import {
  type RunnerWorld,
  type StartedRunner,
  startRunnerWorld,
} from "../../support/runner-world.ts";

const LONG_MS = 240_000;
const tell = (type: string, message: object | string) => ({
  "ansible.builtin.command": {
    argv: ["pystol-record", type, typeof message === "string" ? message : JSON.stringify(message)],
  },
});
const undo = (id: string, args: object = {}) => tell("undo", { id, module: "acme.tests.x", args });
const environment = { FILE: "{{ file }}" };
const done = {
  ...tell("undone", '{"id": "{{ item.id }}", "state": "Done"}'),
  loop: "{{ pystol_undo }}",
};
const fileVariable = { type: "object", properties: { file: { type: "string" } } };
const TEMPLATE = "{{ 1 + 1 }}";

let world: RunnerWorld;

beforeAll(async () => {
  world = await startRunnerWorld({
    dying: {
      inject: [
        undo("one", { text: `{% raw %}${TEMPLATE}{% endraw %}` }),
        undo("two"),
        { "ansible.builtin.shell": 'touch "$FILE"; sleep 300', environment },
      ],
      recover: [
        {
          "ansible.builtin.shell":
            "echo \"{{ pystol_undo | map(attribute='id') | join(',') }} $TEXT\" >> \"$FILE.undone\"",
          environment: { ...environment, TEXT: "{{ pystol_undo[-1].args.text | default('') }}" },
        },
        done,
      ],
    },
    waiting: {
      inject: [undo("one"), { "ansible.builtin.shell": 'touch "$FILE"; sleep 300', environment }],
      recover: [
        {
          "ansible.builtin.shell":
            'touch "$FILE.recovers"; until [ -e "$FILE.go" ]; do sleep 0.1; done',
          environment,
        },
        done,
      ],
    },
    stuck: {
      inject: [undo("one"), { "ansible.builtin.shell": 'touch "$FILE"; sleep 300', environment }],
      recover: [{ "ansible.builtin.fail": { msg: "no way" } }],
    },
    locking: {
      inject: [{ "ansible.builtin.shell": 'touch "$FILE"', environment }],
      recover: [done],
    },
    talkative: [
      { "ansible.builtin.debug": { msg: "the password is {{ password }}" } },
      { "ansible.builtin.shell": 'echo "$P" >&2; echo "$P"', environment: { P: "{{ password }}" } },
      { ...undo("secret", { was: "{{ password }}" }), ignore_errors: true },
      { "ansible.builtin.set_stats": { data: { password: "{{ password }}" } } },
      { "ansible.builtin.fail": { msg: "failed with {{ password }}" } },
    ],
  });
}, LONG_MS);
afterAll(() => world?.[Symbol.asyncDispose]());

/** Starts a role, and kills its runner as a node that dies does, once it has injected. */
async function killed(
  role: string,
  name: string,
): Promise<{ runner: StartedRunner; file: string }> {
  const file = join(world.folder, name);
  const runner = await world.start({
    role: { role, phased: true, undoable: true, arguments: fileVariable },
    extraVars: { file },
    timeoutSeconds: 120,
  });
  await eventually(() => readFile(file), LONG_MS);
  runner.signal("SIGKILL");
  await runner.ended;
  return { runner, file };
}

describe("a recovery Job's pod", () => {
  test(
    "undoes what a runner that was killed has recorded, from the records alone",
    async () => {
      const { runner, file } = await killed("dying", "dying");
      const recovery = await runner.startRecovery(1);
      const { code, message } = await recovery.ended;
      expect(code).toBe(0);
      expect(await readFile(`${file}.undone`, "utf8")).toBe(`two,one ${TEMPLATE}\n`);
      const { status } = await world.run(runner.name);
      expect(status?.records?.map(({ state }) => state)).toEqual(["Done", "Done"]);
      expect(status?.recovery).toMatchObject({ attempt: 1 });
      expect(status?.recoveredTime).toBeDefined();
      expect(status?.report).toBeUndefined();
      expect(message).toBe("");
    },
    LONG_MS,
  );

  test(
    "is the only one of its attempt: another ends harmlessly with exit code 3",
    async () => {
      const { runner, file } = await killed("waiting", "waiting");
      const first = await runner.startRecovery(2);
      await eventually(() => readFile(`${file}.recovers`), LONG_MS);
      const late = await runner.startRecovery(1);
      expect((await late.ended).code).toBe(3);
      await writeFile(`${file}.go`, "");
      expect((await first.ended).code).toBe(0);
    },
    LONG_MS,
  );

  test(
    "says by exit code 1, within SIGTERM's grace, that something is still open",
    async () => {
      const { runner } = await killed("stuck", "stuck");
      const recovery = await runner.startRecovery(1);
      await recovery.event("recoveringEach");
      recovery.signal("SIGTERM");
      expect((await recovery.ended).code).toBe(1);
      const [record] = (await world.run(runner.name)).status?.records ?? [];
      expect(record).toMatchObject({ state: "Open", lastError: expect.stringContaining("no way") });
    },
    LONG_MS,
  );
});

describe("a target", () => {
  test(
    "is held by one run of a family at a time; the other says who has it, and injects nothing",
    async () => {
      const pod = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "web", namespace: "shop", labels: { app: "web" } },
        spec: { containers: [{ name: "web", image: "web" }] },
      };
      await world.client.apply(typeOf(pod), pod, { fieldManager: "test" });
      const wish = (file: string) => ({
        role: {
          ...{ role: "locking", phased: true, undoable: true, family: "tested" },
          ...{ arguments: fileVariable, actsOn: { apiVersion: "v1", kind: "Pod" } },
        },
        target: { selector: { matchLabels: { app: "web" } } },
        extraVars: { file: join(world.folder, file) },
      });
      const leases = typeOf({
        apiVersion: "coordination.k8s.io/v1",
        kind: "Lease",
        metadata: { name: "" },
      });
      const held = async () =>
        (await world.client.list(leases, { namespace: "pystol-runs" })).items.length;
      const holder = await world.start(wish("holder"));
      await holder.event("holding");
      expect(await held()).toBe(1);
      const { report } = await (await world.start(wish("late"))).ended;
      expect(report).toMatchObject({ verdict: "TargetBusy" });
      expect(report?.message).toContain(`The Pod web is held by the run ${holder.name}`);
      await expect(readFile(join(world.folder, "late"))).rejects.toThrow("ENOENT");
      holder.signal("SIGTERM");
      await holder.ended;
      expect(await held()).toBe(0);
    },
    LONG_MS,
  );
});

test(
  "a value of a Secret reaches the role, and nothing that leaves the runner",
  async () => {
    const password = "correct horse battery";
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "login", namespace: "shop" },
      stringData: { password },
    };
    await world.client.apply(typeOf(secret), secret, { fieldManager: "test" });
    const schema = { type: "object", properties: { password: { type: "string" } } };
    const runner = await world.start({
      role: { role: "talkative", undoable: true, arguments: schema },
      extraVarsFrom: [{ secretName: "login" }],
    });
    const { report, stdout, stderr, message } = await runner.ended;
    expect(report).toMatchObject({ verdict: "Failed" });
    expect(report?.message).toContain("failed with ********");
    expect(stdout).toContain("it holds a value of a Secret");
    expect([stdout, stderr, message].join("\n")).not.toContain(password);
    expect(JSON.stringify(await world.run(runner.name))).not.toContain(password);
  },
  LONG_MS,
);
