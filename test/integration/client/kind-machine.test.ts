import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { findEngine } from "../../../client/kind/engine.ts";
import { preflight } from "../../../client/kind/preflight.ts";
import { fakeEngine } from "../../support/fake-kind-engine.ts";

const DOCKER = { "--version": "Docker version 28.2.2, build e6534b4", info: "fine" };

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "pystol-machine-"));
  return () => rm(directory, { recursive: true, force: true });
});

const find = (environment: Record<string, string> = {}, provider: "auto" | "podman" = "auto") =>
  findEngine({ provider, environment: { PATH: directory, ...environment } });

const install = (name: string, answers: Record<string, string>, failures = {}) =>
  fakeEngine({ directory, name, answers, failures });

describe("the container engine", () => {
  test("is the first that answers, and kind is told which", async () => {
    await install("docker", DOCKER, { info: "Cannot connect to the Docker daemon" });
    await install("podman", { info: "fine" });
    await install("nerdctl", { info: "fine" });
    const { kind, path, environment } = await find();
    expect([kind, path, environment.KIND_EXPERIMENTAL_PROVIDER]).toEqual([
      "podman",
      "podman",
      "podman",
    ]);
  });

  test("is the one that KIND_EXPERIMENTAL_PROVIDER names", async () => {
    await install("docker", DOCKER);
    await install("finch", { info: "fine" });
    const { kind, path } = await find({ KIND_EXPERIMENTAL_PROVIDER: "finch" });
    expect([kind, path]).toEqual(["nerdctl", "finch"]);
  });

  test("is the one that is asked for, whatever the variable says", async () => {
    await install("docker", DOCKER);
    await install("podman", { info: "fine" });
    const { path, environment } = await find({ KIND_EXPERIMENTAL_PROVIDER: "docker" }, "podman");
    expect([path, environment.KIND_EXPERIMENTAL_PROVIDER]).toEqual(["podman", "podman"]);
  });

  test("is not Podman under Docker's name, which kind refuses", async () => {
    await install("docker", { ...DOCKER, "--version": "podman version 4.3.1" });
    await expect(find()).rejects.toThrow("docker: it is podman version 4.3.1 under Docker's name");
  });

  test("that answers nowhere is an error with each that was tried, and what to do", async () => {
    await install("docker", DOCKER, { info: "Cannot connect to the Docker daemon at unix:///x." });
    const error = await find().catch((failure: Error) => failure);
    expect(String(error).split("\n").slice(1)).toEqual([
      expect.stringMatching(/- docker: Cannot connect .* unix:\/\/\/x\. Start its daemon/),
      expect.stringMatching(/- podman: there is no such program on this machine\./),
      expect.stringMatching(/- nerdctl: there is no such program/),
      expect.stringMatching(/^GitHub's Linux runners have Docker/),
    ]);
  });

  test("of an unknown name is an error before anything is asked", async () => {
    await expect(find({ KIND_EXPERIMENTAL_PROVIDER: "dokcer" })).rejects.toThrow(
      /KIND_EXPERIMENTAL_PROVIDER is "dokcer"; expected one of docker, podman/,
    );
  });
});

describe("the look at the machine", () => {
  const look = async (info: object, options: Partial<Parameters<typeof preflight>[0]> = {}) => {
    await install("docker", { ...DOCKER, "info --format": JSON.stringify(info) });
    const warnings: string[] = [];
    const engine = await preflight({
      provider: "auto",
      environment: { PATH: directory },
      nodes: 1,
      nodeImage: "kindest/node:v1.34.11",
      warn: (line) => warnings.push(line),
      ...options,
    });
    return { engine, warnings };
  };

  test("returns the engine of a machine that has what is needed", async () => {
    const { engine } = await look({ DockerRootDir: directory, CgroupVersion: "2" });
    expect(engine.path).toBe("docker");
  });

  test("says everything that cannot work at once", async () => {
    const info = { CgroupVersion: "1", SecurityOptions: ["name=rootless"] };
    const looked = look(info, { nodeImage: "kindest/node:v1.35.8", nodes: 5000 });
    await expect(looked).rejects.toThrow(
      /cannot run a kind cluster of 5000 nodes:\n {2}- .* of memory .*\n {2}- fs\.inotify.*\n {2}- docker runs without root.*\n {2}- The node image is kindest\/node:v1\.35\.8/,
    );
  });

  test("reads nodes and images from a configuration", async () => {
    const nodes = "{ image: kindest/node:v1.36.4 }, ".repeat(4000);
    const looked = look(
      { CgroupVersion: "1" },
      { config: `nodes: [${nodes}]`, nodeImage: undefined },
    );
    await expect(looked).rejects.toThrow(/4000 nodes:\n(?:.*\n)*.*kindest\/node:v1\.36\.4/);
  });

  test("does not judge a machine by another one's memory", async () => {
    const { warnings } = await look(
      { DockerRootDir: "/", CgroupVersion: "2" },
      { nodes: 5000, environment: { PATH: directory, DOCKER_HOST: "ssh://me:secret@10.0.0.1" } },
    );
    expect(warnings).toEqual([expect.stringMatching(/^docker runs on 10\.0\.0\.1, /)]);
  });

  test("takes a daemon beside a runner in a container for one that can be reached", async () => {
    const { warnings } = await look(
      { DockerRootDir: "/", CgroupVersion: "2" },
      { environment: { PATH: directory, DOCKER_HOST: "tcp://localhost:2376" } },
    );
    expect(warnings).toEqual([]);
  });

  test.each([
    ["darwin", "This runner has macOS"],
    ["win32", "This runner has Windows"],
  ])("says on %s that Linux is needed, before it asks for an engine", async (platform, message) => {
    await expect(look({}, { platform, environment: {} })).rejects.toThrow(message);
  });
});
