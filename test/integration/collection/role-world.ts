import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  bindingsOf,
  clusterBindingsOf,
  objectsOfRole,
} from "../../../client/deploy/role-objects.ts";
import type { EvidenceRecord } from "../../../collection/modules/ansible/evidence-client.ts";
import type { Undone, UndoRecord } from "../../../collection/modules/ansible/undo-client.ts";
import type { Client } from "../../../kubernetes/client.ts";
import { type PystolRole, type Resource, RUNS_NAMESPACE } from "../../../kubernetes/resources.ts";
import { runAnsible } from "../../../runner/ansible.ts";
import type { TaskEvent } from "../../../runner/events.ts";
import { buildCollection } from "../../../scripts/build/collection.ts";
import { ansibleFolder } from "../../support/ansible-collection.ts";
import {
  objectsOf,
  type PystolControlPlane,
  startPystolControlPlane,
  typeOf,
} from "../../support/pystol-control-plane.ts";

const PLUGINS = join(import.meta.dirname, "../../../runner/ansible");

/** What a runner keeps of a role. */
export interface Kept {
  records: (UndoRecord & { state: "Open" | Undone["state"]; message?: string })[];
  evidence: EvidenceRecord[];
}

/** How a phase of a role ended. */
export interface PhaseEnd {
  failed: boolean;
  /** What the role's last task said. */
  msg: string;
}

export interface PhaseOptions {
  variables?: Readonly<Record<string, unknown>>;
  checkMode?: boolean;
  /** Called for each message before it is answered. */
  onMessage?: (message: { type: string }) => Promise<void>;
  /** The account, without its rights in pystol-runs; the role's own if absent. */
  account?: string;
}

/**
 * A bare control plane with Pystol's guards and the enabled namespace shop, where roles of our collection are run by real
 * Ansible with exactly the rights that a deployment gives them. The socket is answered by the test.
 */
export interface RoleWorld extends AsyncDisposable {
  readonly world: PystolControlPlane;
  /** As the administrator. */
  readonly client: Client;
  apply(object: object): Promise<Resource & Record<string, unknown>>;
  /** Runs tasks/PHASE.yml of a role. */
  play(role: string, phase: string, kept: Kept, options?: PhaseOptions): Promise<PhaseEnd>;
}

export async function startRoleWorld(roles: readonly string[]): Promise<RoleWorld> {
  const folder = await mkdtemp(join(tmpdir(), "pystol-roles-"));
  const [world, ansible] = await Promise.all([
    startPystolControlPlane(),
    ansibleFolder(),
    buildCollection({ outDir: folder }),
  ]);
  const { client, controlPlane } = world;
  const apply = async (object: object) => {
    const resource = object as Resource;
    return (await client.apply(typeOf(resource), resource, { fieldManager: "test" })) as never;
  };
  const enabled = { "pystol.org/enabled": "true" };
  await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: enabled } });
  for (const name of roles) {
    const [role] = (await objectsOf(`collection/pystolroles/${name}.yaml`)) as PystolRole[];
    if (!role) throw new Error(`there is no PystolRole ${name}`);
    for (const object of [
      ...objectsOfRole(role),
      ...bindingsOf(name, "shop"),
      ...(role.spec.clusterRules ? clusterBindingsOf(name) : []),
    ])
      await apply(object);
  }
  const { hostname, port } = new URL(controlPlane.server);
  let count = 0;

  async function accountFolder(name: string): Promise<string> {
    const account = join(folder, "accounts", name);
    await mkdir(account, { recursive: true });
    const token = await world.tokenOf({ namespace: RUNS_NAMESPACE, name });
    await writeFile(join(account, "ca.crt"), controlPlane.ca);
    await writeFile(join(account, "token"), token, { mode: 0o600 });
    await writeFile(join(account, "namespace"), RUNS_NAMESPACE);
    return account;
  }

  return {
    ...{ world, client, apply },
    play: async (role, phase, kept, options = {}) => {
      const work = join(folder, `play-${++count}`);
      await mkdir(work);
      const account = options.account ?? `pystol-role-${role}`;
      const socket = join(work, "runner.sock");
      await using _server = await serve(socket, kept, options.onMessage);
      const include = { name: `pystol.actions.${role}`, tasks_from: phase };
      const play = {
        ...{ hosts: "localhost", connection: "local", gather_facts: false },
        check_mode: options.checkMode ?? false,
        tasks: [{ "ansible.builtin.include_role": include }],
      };
      const open = kept.records.filter(({ state }) => state === "Open" || state === "Failed");
      const result = await runAnsible({
        ...{ work, socket, plugins: PLUGINS },
        playbook: JSON.stringify([play]),
        variables: {
          pystol_namespace: "shop",
          pystol_deadline: new Date(Date.now() + 120_000).toISOString(),
          pystol_undo: (phase === "verify" ? [...kept.records] : open).reverse(),
          ...options.variables,
        },
        environment: {
          PATH: `${ansible}:${process.env.PATH}`,
          HOME: folder,
          ANSIBLE_COLLECTIONS_PATH: folder,
          KUBERNETES_SERVICE_HOST: hostname,
          KUBERNETES_SERVICE_PORT: port,
          PYSTOL_SERVICE_ACCOUNT_DIRECTORY: await accountFolder(account),
        },
        signal: new AbortController().signal,
        graceMs: 1000,
        onEvent: () => undefined,
        onOutput: () => undefined,
      });
      const last = result.events.findLast(
        (event): event is TaskEvent => event.event === "taskOk" || event.event === "taskFailed",
      );
      if (!last) throw new Error(`No task ran: ${result.errorOutput}`);
      return { failed: last.event === "taskFailed", msg: last.msg ?? "" };
    },
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Answers a role as the runner does: every record is kept before it is answered. */
async function serve(
  path: string,
  kept: Kept,
  onMessage: PhaseOptions["onMessage"],
): Promise<AsyncDisposable> {
  const take = async (line: string): Promise<object> => {
    const { type, ...message } = JSON.parse(line);
    await onMessage?.({ type, ...message });
    if (type === "evidence") kept.evidence.push(message);
    if (type === "undo") {
      if (kept.records.some(({ id }) => id === message.id))
        return { ok: false, error: `${message.id} is recorded already` };
      kept.records.push({ ...message, state: "Open" });
    }
    if (type === "undone") {
      const record = kept.records.find(({ id }) => id === message.id);
      if (!record) return { ok: false, error: `there is no record ${message.id}` };
      Object.assign(record, message);
    }
    return { ok: true };
  };
  const server = createServer((socket) => {
    socket.setEncoding("utf8");
    socket.on("error", () => socket.destroy());
    let rest = "";
    socket.on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        void take(line).then((answer) => socket.write(`${JSON.stringify(answer)}\n`));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    [Symbol.asyncDispose]: async () => {
      server.close();
    },
  };
}
