/**
 * The playbook that runs one role on the runner's own pod. JSON is YAML, and a role's name has been checked by the API server
 * against a pattern that leaves no room for a template (crds/pystolroles.yaml).
 */
export function playbookFor(role: { collection: string; role: string }): string {
  const name = `${role.collection}.${role.role}`;
  const play = {
    name,
    hosts: "localhost",
    connection: "local",
    gather_facts: false,
    roles: [{ role: name }],
  };
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
    stdout_callback: "pystol_events",
    localhost_warning: "False",
    retry_files_enabled: "False",
    host_key_checking: "False",
    nocolor: "True",
    deprecation_warnings: "False",
    devel_warning: "False",
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return `[defaults]\n${lines.join("\n")}\n\n[inventory]\nunparsed_warning = False\n`;
}
