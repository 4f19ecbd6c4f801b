import { access, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pystolActions } from "../../../kubernetes/resources.ts";
import { eventually } from "../../support/pystol-control-plane.ts";
import { processes, type SecrecyWorld, startSecrecyWorld } from "./secrecy-world.ts";

const LONG_MS = 600_000;
// Looked for in every process of the machine, so no other test has it.
const password = "zebra ladder cobalt mitten";
const token = Array.from({ length: 9 }, (_, index) => `t0k3n-${index}-zYxWvUtSrQpO`).join(".");
const key =
  "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\nAQEFAASCBKcwggSjAgEAAoIB\n-----END KEY-----\n";

const shell = (script: string, more: object = {}) => ({
  "ansible.builtin.shell": script,
  environment: { P: "{{ password }}", T: "{{ token }}", K: "{{ key }}" },
  ...more,
});
const tell = (type: string, json: string) => ({
  "ansible.builtin.command": { argv: ["pystol-record", type, json] },
  ignore_errors: true,
});
const target = '"target": {"kind": "Thing", "name": "{{ password }}"}';

/** Does with the variables whatever a careless role may do; fails with them in the end. */
const inject = [
  { "ansible.builtin.debug": { msg: "{{ password }} {{ token }} {{ key }}" } },
  {
    name: "Log in with {{ token }}",
    "ansible.builtin.debug": { msg: { "{{ password }}": "{{ key }}" } },
  },
  shell('echo "$P $T"; echo "$K" >&2', { register: "said" }),
  { "ansible.builtin.debug": { var: "said" } },
  shell('for v in "$P" "$T" "$K"; do printf %s "$v" | base64; printf %s "$v" | base64 -w0; done', {
    register: "encoded",
  }),
  {
    "ansible.builtin.debug": {
      msg: "{{ encoded.stdout }} {{ token | b64encode }} {{ token | urlencode }}",
    },
  },
  shell(`printf %s "$T" | od -An -tx1 | tr -d ' \\n' >&2; exit 3`, { ignore_errors: true }),
  // More than the callback plugin sends, so that it is cut somewhere within a secret.
  shell(`python3 -c 'import os, sys; sys.stderr.write(os.environ["T"] * 1000); sys.exit(4)'`, {
    ignore_errors: true,
  }),
  { "ansible.builtin.fail": { msg: "{{ token * 1500 }}" }, ignore_errors: true },
  {
    "ansible.builtin.command": "cat /no/{{ token }}/{{ password | b64encode }}",
    ignore_errors: true,
  },
  { "ansible.builtin.debug": { msg: "{{ lookup('file', '/no/' ~ token, errors='warn') }}" } },
  { "ansible.builtin.assert": { that: "password == token" }, ignore_errors: true },
  { "ansible.builtin.file": { path: "{{ file }}.{{ token }}", state: "touch", mode: "0600" } },
  { "ansible.builtin.file": { path: "{{ file }}.{{ token }}", state: "absent" } },
  {
    "ansible.builtin.set_stats": { data: { shown: "{{ token }}", deep: ["{{ key }}"] } },
  },
  // An error whose value came with the variables: Ansible looks for their source, to show it.
  {
    "ansible.builtin.set_stats": { data: { "{{ password }}": 1 } },
    ignore_errors: true,
  },
  tell(
    "evidence",
    `{"phase": "observed", ${target}, "outcome": "{{ password }}", "evidence": {"t": "{{ token }}"}}`,
  ),
  // Refused with words that show the beginning of what was given.
  tell("evidence", `{"phase": "{{ token }}", ${target}, "outcome": "x"}`),
  tell("evidence", "{ {{ token }} {{ password }}"),
  tell("evidence", '["{{ token }}"]'),
  tell("undo", '{"id": "one", "module": "acme.tests.x", "args": {"was": "{{ token }}"}}'),
  tell(
    "undo",
    '{"id": "two", "module": "acme.tests.x", "args": {"{{ password | b64encode }}": 1}}',
  ),
  tell("undo", '{"id": "{{ token }} ", "module": "acme.tests.x"}'),
  tell("undo", '{"id": "three", "module": "acme.tests.x", "args": {"was": 3}}'),
  tell("node", '{"node": "{{ token }}", "fault": "{{ token }}"}'),
  {
    "ansible.builtin.shell": 'touch "$FILE"; until [ -e "$FILE.go" ]; do sleep 0.1; done',
    environment: { FILE: "{{ file }}" },
  },
  { "ansible.builtin.fail": { msg: "failed with {{ token }} and {{ password }}" } },
];
const recover = [
  tell("undone", '{"id": "three", "state": "Failed", "message": "not with {{ password }}"}'),
  tell("undone", '{"id": "three", "state": "Done", "message": "with {{ token }}"}'),
];

let world: SecrecyWorld;
beforeAll(async () => {
  world = await startSecrecyWorld({ inject, recover }, { password, token, key });
}, LONG_MS);
afterAll(() => world?.[Symbol.asyncDispose]());

/** Each piece of 12 characters of a secret or of what stands for it: even a part must not be shown. */
const pieces = [password, token, key].flatMap((secret) =>
  [secret, Buffer.from(secret).toString("base64"), Buffer.from(secret).toString("hex")].flatMap(
    (text) => Array.from({ length: text.length - 11 }, (_, at) => text.slice(at, at + 12)),
  ),
);

/** Where a piece of a secret is, with what is around it. */
function leaksIn(texts: ReadonlyMap<string, string>): string[] {
  return [...texts].flatMap(([place, text]) => {
    const piece = pieces.find((one) => text.includes(one));
    if (piece === undefined) return [];
    const at = text.indexOf(piece);
    return [`${place}: ${text.slice(Math.max(0, at - 200), at + 100)}`];
  });
}

describe("a value of a Secret", () => {
  test("can be found where it is", () => {
    expect(leaksIn(new Map([["here", `x${token.slice(50, 70)}x`]]))).toHaveLength(1);
    expect(leaksIn(new Map([["here", "nothing"]]))).toEqual([]);
  });

  test(
    "reaches a role that shows it wherever it can, and nobody else",
    async () => {
      const file = join(world.notes, "leaky");
      await world.act("leaky", { file });
      const place = { namespace: "shop", name: "leaky" };
      const statusOf = async () => (await world.world.client.get(pystolActions, place)).status;
      const before = await eventually(async () => {
        const status = await statusOf();
        if (!status?.verdict) await access(file);
        return status;
      }, LONG_MS);
      expect(before?.message).toBeUndefined(); // or it would say why it has a verdict already
      expect(leaksIn(await processes())).toEqual([]);
      expect(leaksIn(await world.everything())).toEqual([]);
      await writeFile(`${file}.go`, "");
      const status = await eventually(async () => {
        const found = await statusOf();
        if (!found?.verdict) throw new Error(`no verdict: ${world.operator.log().slice(-2000)}`);
        return found;
      }, LONG_MS);
      expect(status).toMatchObject({ verdict: "Failed" });
      expect(status.message).toContain("failed with ******** and ********");
      const texts = await world.everything();
      expect(leaksIn(texts)).toEqual([]);
      // The role did show it, each time: what stands there is the mask.
      const shown = [...texts].filter(([path]) => path.endsWith("stdout")).map(([, text]) => text);
      expect(shown.join("").match(/\*{8}/g)?.length).toBeGreaterThan(30);
      expect(shown.join("")).toContain('"undoRecorded"');
    },
    LONG_MS,
  );
});
