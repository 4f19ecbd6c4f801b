import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import {
  bindingsOf,
  clusterBindingsOf,
  objectsOfRole,
} from "../../../client/deploy/role-objects.ts";
import type { EvidenceRecord } from "../../../collection/modules/ansible/evidence-client.ts";
import type { Undone, UndoRecord } from "../../../collection/modules/ansible/undo-client.ts";
import type { Client } from "../../../kubernetes/client.ts";
import { type PystolRole, type Resource, RUNS_NAMESPACE } from "../../../kubernetes/resources.ts";
import { parseEvent, type TaskEvent } from "../../../runner/events.ts";
import { variablesYaml } from "../../../runner/variables.ts";
import { buildCollection } from "../../../scripts/build/collection.ts";
import { ansibleFolder } from "../../support/ansible-collection.ts";
import {
  objectsOf,
  type PystolControlPlane,
  startPystolControlPlane,
  typeOf,
} from "../../support/pystol-control-plane.ts";

const PLUGINS = join(import.meta.dirname, "../../../runner/ansible/callback");
const ENDED: ReadonlySet<string> = new Set(["taskOk", "taskFailed"]);

/** What a runner keeps of a role. */
export interface Kept {
  records: (UndoRecord & { state: "Open" | Undone["state"]; message?: string })[];
  evidence: EvidenceRecord[];
}

/** The last two are what verify.yml is to see. */
export type Phase = "inject" | "recover" | "injected" | "recovered";

/** How a phase of a role ended. */
export interface PhaseEnd {
  failed: boolean;
  /** What the role's last task said. */
  msg: string;
}

export interface PhaseOptions {
  variables?: Readonly<Record<string, unknown>>;
  checkMode?: boolean;
  /** Called for each message before it is answered; what it returns is the answer. */
  onMessage?: (message: { type: string }) => Promise<unknown>;
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
  /** Runs phases of a role, one after the other in one play as the runner does: its inject.yml, recover.yml, verify.yml. */
  play(
    role: string,
    phases: readonly Phase[],
    kept: Kept,
    options?: PhaseOptions,
  ): Promise<PhaseEnd>;
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

  // One for each play: while one writes its token, another one must not read half of it.
  async function accountFolder(name: string, work: string): Promise<string> {
    const account = join(work, "account");
    await mkdir(account);
    const token = await world.tokenOf({ namespace: RUNS_NAMESPACE, name });
    await writeFile(join(account, "ca.crt"), controlPlane.ca);
    await writeFile(join(account, "token"), token, { mode: 0o600 });
    await writeFile(join(account, "namespace"), RUNS_NAMESPACE);
    return account;
  }

  return {
    ...{ world, client, apply },
    play: async (role, phases, kept, options = {}) => {
      const work = join(folder, `play-${++count}`);
      await mkdir(work);
      const account = options.account ?? `pystol-role-${role}`;
      const socket = join(work, "runner.sock");
      await using _server = await serve(socket, kept, options.onMessage);
      const tasks = phases.map((phase) => {
        const from = phase === "inject" || phase === "recover" ? phase : "verify";
        const include = { name: `pystol.actions.${role}`, tasks_from: from };
        return { "ansible.builtin.include_role": include, vars: { pystol_phase: phase } };
      });
      const play = {
        ...{ hosts: "localhost", connection: "local", gather_facts: false },
        check_mode: options.checkMode ?? false,
        tasks,
      };
      const open = kept.records.filter(({ state }) => state === "Open" || state === "Failed");
      const variables = {
        // As the runner says it: the machine's own Node.js may be older.
        ...{ ansible_node_interpreter: process.execPath, pystol_namespace: "shop" },
        pystol_deadline: new Date(Date.now() + 120_000).toISOString(),
        ...(phases.includes("recover") ? { pystol_undo: open.reverse() } : {}),
        ...options.variables,
      };
      await writeFile(join(work, "playbook.json"), JSON.stringify([play]));
      await writeFile(join(work, "variables.yml"), variablesYaml(variables));
      const child = spawn(
        join(ansible, "ansible-playbook"),
        ["--inventory", "localhost,", "--extra-vars", "@variables.yml", "playbook.json"],
        {
          cwd: work,
          env: {
            PATH: process.env.PATH,
            HOME: folder,
            LC_ALL: "C.UTF-8",
            ANSIBLE_COLLECTIONS_PATH: folder,
            ANSIBLE_CALLBACK_PLUGINS: PLUGINS,
            ANSIBLE_STDOUT_CALLBACK: "pystol_events",
            KUBERNETES_SERVICE_HOST: hostname,
            KUBERNETES_SERVICE_PORT: port,
            PYSTOL_EVENTS_FD: "3",
            PYSTOL_SOCKET: socket,
            PYSTOL_SERVICE_ACCOUNT_DIRECTORY: await accountFolder(account, work),
          },
          stdio: ["ignore", "ignore", "pipe", "pipe"],
        },
      );
      const [errors, told] = await Promise.all([
        text(child.stderr as Readable),
        text(child.stdio[3] as Readable),
      ]);
      const last = told
        .split("\n")
        .flatMap((line) => parseEvent(line) ?? [])
        .findLast((event): event is TaskEvent => ENDED.has(event.event));
      if (!last) throw new Error(`No task ran: ${errors}`);
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
    const answer = await onMessage?.({ type, ...message });
    if (answer instanceof Object) return answer;
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
