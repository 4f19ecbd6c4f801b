import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { ensureAnsible } from "../../cluster/ansible.ts";
import { cacheDirOf } from "../../cluster/cache.ts";

it("gives an Ansible of the runner image's version, which works where the cache put it", async () => {
  const cacheDir = cacheDirOf(process.env);
  const ansible = await ensureAnsible({ cacheDir, progress: () => undefined });
  const env = { ...process.env, ...ansible.env };
  const playbook = await promisify(execFile)(ansible.ansiblePlaybook, ["--version"], { env });
  expect(playbook.stdout).toMatch(/^ansible-playbook \[core 2\.19\./);
  const doc = await promisify(execFile)(ansible.ansibleDoc, ["--version"], { env });
  expect(doc.stdout).toMatch(/^ansible-doc \[core 2\.19\./);
}, 180_000);
