import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "./cache.ts";
import { run } from "./command.ts";
import { findProgram } from "./find-program.ts";
import type { Progress } from "./progress.ts";
import { startsAtLeast } from "./release.ts";
import { ANSIBLE_CORE_VERSION } from "./versions.ts";

/** https://docs.ansible.com/ansible/latest/reference_appendices/release_and_maintenance.html#ansible-core-support-matrix */
const OLDEST_PYTHON = "3.11";

const HOW_TO_GET_PYTHON =
  "On Debian 12 or newer: sudo apt-get install --no-install-recommends python3 python3-venv";

export interface Ansible {
  /** Paths of programs. */
  readonly ansiblePlaybook: string;
  readonly ansibleDoc: string;
  /** The Python that they run on, for modules too. */
  readonly python: string;
  /** Variables beside those of the caller, for every Ansible program. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Ansible of the same minor version as the runner's image has, in a Python environment of its own
 * in the cache. Throws what is missing (Python, its venv module, the package index).
 */
export async function ensureAnsible(where: {
  readonly cacheDir: string;
  readonly progress: Progress;
}): Promise<Ansible> {
  const folder = await cached({
    ...where,
    name: "ansible",
    inputs: { version: ANSIBLE_CORE_VERSION },
    build: (unfinished) => install(unfinished, where.progress),
  });
  const python = join(folder, "venv", "bin", "python3");
  return {
    ansiblePlaybook: join(folder, "ansible-playbook"),
    ansibleDoc: join(folder, "ansible-doc"),
    python,
    env: { ANSIBLE_PYTHON_INTERPRETER: python },
  };
}

async function install(folder: string, progress: Progress): Promise<void> {
  const base = await findPython();
  progress(`Install ansible-core ${ANSIBLE_CORE_VERSION}`);
  const environment = join(folder, "venv");
  await run(base, ["-m", "venv", environment], {
    purpose: "Make a Python environment for Ansible",
    advice: HOW_TO_GET_PYTHON,
  });
  const python = join(environment, "bin", "python3");
  await run(python, ["-m", "pip", "install", "--quiet", `ansible-core==${ANSIBLE_CORE_VERSION}`], {
    purpose: "Install ansible-core",
    advice: "Can the Python package index be reached?",
  });
  for (const command of ["playbook", "doc"]) {
    await writeFile(join(folder, `ansible-${command}`), launcher(command), { mode: 0o755 });
  }
}

/**
 * pip's own scripts name the folder that they were installed into; an entry of the cache is renamed
 * after that. This one finds its Python beside itself.
 */
function launcher(command: string): string {
  const python = '"$(dirname "$(readlink -f "$0")")"/venv/bin/python3';
  return `#!/bin/sh\nexec ${python} -m ansible ${command} "$@"\n`;
}

async function findPython(): Promise<string> {
  const seen: string[] = [];
  for (const name of ["python3", "python3.13", "python3.12", "python3.11"]) {
    const path = await findProgram(name);
    if (path === undefined) continue;
    const { stdout } = await run(path, ["--version"], { purpose: "Ask Python for its version" });
    const version = stdout.trim().replace("Python ", "");
    if (startsAtLeast(version, OLDEST_PYTHON)) return path;
    seen.push(`${path} is ${version}`);
  }
  const found = seen.length === 0 ? "none is installed" : seen.join(", ");
  throw new Error(
    `Ansible needs Python ${OLDEST_PYTHON} or newer; ${found}.\n  ${HOW_TO_GET_PYTHON}`,
  );
}
