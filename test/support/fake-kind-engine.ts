import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What the stand-in for a container engine answers. */
export interface FakeEngineOptions {
  /** A folder of its own. */
  directory: string;
  /** docker, podman or nerdctl. */
  name: string;
  /** Its answers: the words of a command, or the first of them, and what it says. A command that is in none fails. */
  answers: Record<string, string>;
  /** Commands that fail, and what they say. */
  failures?: Record<string, string>;
}

/** A program of that name in that folder, with the commands that are given to it and no containers. */
export async function fakeEngine(options: FakeEngineOptions): Promise<{
  path: string;
  /** The commands that were run, in order. */
  calls(): Promise<string[]>;
}> {
  const { directory, name, answers, failures = {} } = options;
  const path = join(directory, name);
  const calls = join(directory, `${name}.calls`);
  await writeFile(calls, "");
  await writeFile(
    path,
    `#!${process.execPath}
const fs = process.getBuiltinModule("node:fs");
const said = process.argv.slice(2).join(" ");
fs.appendFileSync(${JSON.stringify(calls)}, said + "\\n");
const find = (all) => Object.keys(all).filter((start) => said.startsWith(start)).sort((a, b) => b.length - a.length)[0];
const [answers, failures] = ${JSON.stringify([answers, failures])};
const failure = find(failures);
if (failure !== undefined) { console.error(failures[failure]); process.exit(1); }
const answer = find(answers);
if (answer === undefined) { console.error("unknown command " + said); process.exit(125); }
const copied = /^copy (.*)$/.exec(answers[answer]);
if (copied) fs.copyFileSync(copied[1], /--output (\\S+)/.exec(said)[1]);
else console.log(answers[answer]);
`,
  );
  await chmod(path, 0o755);
  return { path, calls: async () => (await readFile(calls, "utf8")).split("\n").filter(Boolean) };
}

/** The answers of a Docker that works. */
export const DOCKER = {
  "--version": "Docker version 28.2.2, build e6534b4",
  info: "fine",
  "info --format": JSON.stringify({ Architecture: "x86_64", CgroupVersion: "2" }),
  "image inspect": "amd64",
  "save --help": "--platform string",
  "version --format": "1.50",
};
