import { readFileSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What the stand-in for kind does when a cluster is created. */
export interface FakeKindOptions {
  /** A folder of its own. */
  directory: string;
  /** The kubeconfig that it hands out, of a cluster that the test made. */
  kubeconfig: string;
  /** Clusters that are there already. */
  clusters?: string[];
  /** Makes "create cluster" leave a half-made cluster, say this and exit with 1: each time, or one of a list each time until its end. */
  failWith?: string | string[];
  /** Makes "create cluster" leave a half-made cluster and never end by itself. */
  hangs?: boolean;
  /** What "get nodes" says. */
  nodes?: string[];
}

/** A program with the commands and exit codes of kind that are used here, and no containers. */
export interface FakeKind {
  path: string;
  /** The commands that were run, in order. */
  calls(): Promise<string[]>;
  clusters(): Promise<string[]>;
  /** What the last "create cluster" read from its standard input, and what the workflow's state was by then, with the file that it names. */
  created(): Promise<{ config: string; state: string }>;
}

export async function fakeKind(options: FakeKindOptions): Promise<FakeKind> {
  const { directory, clusters = [] } = options;
  const folder = join(directory, "clusters");
  await mkdir(folder, { recursive: true });
  for (const name of clusters) await writeFile(join(folder, name), "");
  await writeFile(join(directory, "calls"), "");
  const path = join(directory, "kind");
  const source = readFileSync(new URL("fake-kind-program.mjs", import.meta.url), "utf8");
  const { kubeconfig, hangs = false, nodes = [], failWith: failures = [] } = options;
  const settings = JSON.stringify({ directory, kubeconfig, hangs, nodes, failures });
  await rm(path, { force: true });
  await writeFile(path, `#!${process.execPath}\n${source.replace('"SETTINGS"', settings)}`);
  await chmod(path, 0o755);
  const lines = async (file: string) =>
    (await readFile(join(directory, file), "utf8")).split("\n").filter(Boolean);
  return {
    path,
    calls: () => lines("calls"),
    clusters: () => readdir(folder),
    created: async () => JSON.parse(await readFile(join(directory, "created"), "utf8")),
  };
}
