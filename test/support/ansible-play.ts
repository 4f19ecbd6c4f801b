import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AnsibleResult, startAnsible } from "../../runner/ansible.ts";
import { Evidence } from "../../runner/evidence.ts";
import type { RoleMessage } from "../../runner/messages.ts";
import { Redaction } from "../../runner/redaction.ts";
import { refusal, serveRole } from "../../runner/role-socket.ts";
import { buildCollection } from "../../scripts/build/collection.ts";
import { ansibleFolder } from "./ansible-collection.ts";

const PLUGINS = join(import.meta.dirname, "../../runner/ansible");

/** Real Ansible with our collection, and the runner's evidence socket; no API server. */
export interface AnsibleWorld extends AsyncDisposable {
  readonly ansible: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs a playbook, given as data, as the runner does. */
  play(
    playbook: readonly object[],
    variables?: Readonly<Record<string, unknown>>,
  ): Promise<AnsibleResult & { evidence: Evidence }>;
}

export async function startAnsibleWorld(): Promise<AnsibleWorld> {
  const folder = await mkdtemp(join(tmpdir(), "pystol-ansible-"));
  const [ansible] = await Promise.all([ansibleFolder(), buildCollection({ outDir: folder })]);
  const env = {
    PATH: `${ansible}:${process.env.PATH}`,
    HOME: folder,
    ANSIBLE_COLLECTIONS_PATH: folder,
  };
  let count = 0;
  return {
    ...{ ansible, env },
    play: async (playbook, variables = {}) => {
      const work = join(folder, `play-${++count}`);
      await mkdir(work);
      const evidence = new Evidence([]);
      const socket = join(work, "evidence.sock");
      const redaction = new Redaction();
      const take = (message: RoleMessage) => {
        if (message.type !== "evidence") return refusal("no API server keeps it");
        const problem = evidence.add(message);
        return problem === undefined ? { ok: true as const } : refusal(problem);
      };
      const server = await serveRole(socket, take, redaction);
      const waiting = await startAnsible({
        ...{ folder: work, socket, plugins: PLUGINS, environment: env },
        redaction,
        onEvent: () => undefined,
        onOutput: () => undefined,
      });
      const play = { playbook: JSON.stringify(playbook), variables, graceMs: 1000 };
      const { signal } = new AbortController();
      const result = await waiting.run({ ...play, signal }).finally(() => server.close());
      return { ...result, evidence };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
