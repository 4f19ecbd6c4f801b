import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type AnsibleWorld, startAnsibleWorld } from "../../support/ansible-play.ts";

const run = promisify(execFile);
const collection = join(import.meta.dirname, "../../../collection");

let world: AnsibleWorld;

beforeAll(async () => {
  world = await startAnsibleWorld();
});
afterAll(() => world?.[Symbol.asyncDispose]());

async function ansibleDoc(type: string, name: string) {
  const { stdout } = await run(join(world.ansible, "ansible-doc"), ["-j", "-t", type, name], {
    env: { ...process.env, ...world.env },
  });
  return JSON.parse(stdout)[name];
}

describe.each([
  ["killpods", "main"],
  ["pingtest", "main"],
  ["patch", "inject"],
  ["drainnodes", "inject"],
  ["networkpartition", "inject"],
])("ansible-doc", (name, phase) => {
  test(`shows the module ${name} with its options, an example and what it returns`, async () => {
    const {
      doc,
      examples,
      return: returned,
    } = await ansibleDoc("module", `pystol.actions.${name}`);
    expect(doc.short_description).toBeTruthy();
    expect(examples).toContain(`pystol.actions.${name}:`);
    expect(Object.keys(returned).length).toBeGreaterThan(0);
    for (const option of Object.values<{ description: unknown }>(doc.options))
      expect(option.description).toBeTruthy();
  });

  test(`shows the role ${name}, and each of its options is one of its module's with the same type`, async () => {
    const { entry_points } = await ansibleDoc("role", `pystol.actions.${name}`);
    const { doc } = await ansibleDoc("module", `pystol.actions.${name}`);
    const options: Record<string, { type: string; default?: unknown }> =
      entry_points[phase].options;
    expect(Object.keys(options).length).toBeGreaterThan(0);
    for (const [option, { type, default: preset }] of Object.entries(options)) {
      expect(doc.options[option]).toMatchObject({ type });
      expect(doc.options[option].default ?? undefined).toEqual(preset);
    }
  });

  test(`and the role's tasks pass each option of ${name} on`, async () => {
    const { entry_points } = await ansibleDoc("role", `pystol.actions.${name}`);
    const file = join(collection, "roles", name, `tasks/${phase}.yml`);
    const [task] = parse(await readFile(file, "utf8"));
    expect(Object.keys(task[`pystol.actions.${name}`])).toEqual(
      expect.arrayContaining(Object.keys(entry_points[phase].options)),
    );
  });
});
