/** A role within its collection. */
interface RoleName {
  collection: string;
  role: string;
}

/** One of a phased role's entry points: tasks/NAME.yml, with the argument specification of that name. */
export interface Entry {
  tasksFrom: "inject" | "verify" | "recover";
  /** What pystol_phase says. */
  phase: "inject" | "injected" | "recover" | "recovered";
}

/**
 * The playbook that runs tasks/main.yml of one role on the runner's own pod. JSON is YAML, and a role's name has been checked
 * by the API server against a pattern that leaves no room for a template (crds/pystolroles.yaml).
 */
export function playbookFor(role: RoleName): string {
  const name = nameOf(role);
  return playbook(name, { roles: [{ role: name }] });
}

/** The playbook that runs entry points of a phased role one after the other; one that fails ends it. */
export function entriesPlaybook(role: RoleName, entries: readonly Entry[]): string {
  const name = nameOf(role);
  return playbook(name, { tasks: entries.map((entry) => include(name, entry)) });
}

/** What the task that undoes the record of that place in pystol_undo is called. */
export const undoTaskName = (index: number) => `pystol undo ${index}`;

/** The playbook that runs tasks/recover.yml for each of `count` records on its own; one that fails stops none of the others. */
export function recoverEachPlaybook(role: RoleName, count: number): string {
  const name = nameOf(role);
  const tasks = Array.from({ length: count }, (_, index) => ({
    block: [
      {
        ...include(name, { tasksFrom: "recover", phase: "recover" }),
        name: undoTaskName(index),
        vars: { pystol_phase: "recover", pystol_undo: `{{ [pystol_records[${index}]] }}` },
      },
    ],
    rescue: [{ "ansible.builtin.meta": "noop" }],
  }));
  return playbook(name, { tasks });
}

const nameOf = ({ collection, role }: RoleName) => `${collection}.${role}`;

function include(name: string, { tasksFrom, phase }: Entry) {
  return {
    name: `${phase}`,
    "ansible.builtin.include_role": { name, tasks_from: tasksFrom },
    vars: { pystol_phase: phase },
  };
}

function playbook(name: string, content: object): string {
  const play = { name, hosts: "localhost", connection: "local", gather_facts: false, ...content };
  return `${JSON.stringify([play], undefined, 2)}\n`;
}

/**
 * The whole configuration of Ansible for a run; no other file and no ANSIBLE_ variable of the environment counts.
 * https://docs.ansible.com/ansible/latest/reference_appendices/config.html
 */
export function ansibleConfig(folders: { work: string; plugins: string }): string {
  const settings = {
    home: `${folders.work}/ansible`,
    local_tmp: `${folders.work}/ansible/local`,
    remote_tmp: `${folders.work}/ansible/remote`,
    callback_plugins: `${folders.plugins}/callback`,
    inventory_plugins: `${folders.plugins}/inventory`,
    stdout_callback: "pystol_events",
    localhost_warning: "False",
    retry_files_enabled: "False",
    host_key_checking: "False",
    nocolor: "True",
    deprecation_warnings: "False",
    devel_warning: "False",
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return `[defaults]\n${lines.join("\n")}\n\n[inventory]\nenable_plugins = pystol_pod\nunparsed_warning = False\n`;
}
