import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AnsibleResult, runAnsible } from "../../runner/ansible.ts";
import { Evidence } from "../../runner/evidence.ts";
import { serveEvidence } from "../../runner/evidence-socket.ts";
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
      const server = await serveEvidence(socket, (message) => evidence.add(message));
      const result = await runAnsible({
        ...{ work, variables, socket, plugins: PLUGINS, environment: env },
        playbook: JSON.stringify(playbook),
        signal: new AbortController().signal,
        graceMs: 1000,
        onEvent: () => undefined,
        onOutput: () => undefined,
      }).finally(() => server.close());
      return { ...result, evidence };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
