import { run } from "../command.ts";
import type { Engine } from "./engine.ts";

/** What an engine says of itself. */
export interface EngineFacts {
  /** Where it keeps images and containers; on its own machine, which may be another one. */
  storage: string | undefined;
  /** As images name it: amd64, arm64. */
  architecture: string | undefined;
  cgroupVersion: 1 | 2 | undefined;
  isRootless: boolean;
}

/** Asks the engine. @throws CommandError; SyntaxError where its answer is no JSON. */
export async function engineFacts(engine: Engine, signal?: AbortSignal): Promise<EngineFacts> {
  const { kind, path, environment } = engine;
  const format = kind === "podman" ? "json" : "{{json .}}";
  const output = await run(path, ["info", "--format", format], { environment, signal });
  return kind === "podman" ? podmanFacts(JSON.parse(output)) : dockerFacts(JSON.parse(output));
}

/** https://docs.docker.com/reference/api/engine/version/v1.51/#tag/System/operation/SystemInfo */
interface DockerInfo {
  DockerRootDir?: string;
  Architecture?: string;
  CgroupVersion?: string;
  SecurityOptions?: string[] | null;
}

/** Docker's answer, or nerdctl's, which has the same fields but for the folder. */
export function dockerFacts(info: DockerInfo): EngineFacts {
  return {
    storage: info.DockerRootDir || undefined,
    architecture: architectureOf(info.Architecture),
    cgroupVersion: versionOf(info.CgroupVersion),
    isRootless: (info.SecurityOptions ?? []).some((option) => option.includes("name=rootless")),
  };
}

/** https://docs.podman.io/en/latest/markdown/podman-info.1.html */
interface PodmanInfo {
  host?: { arch?: string; cgroupVersion?: string; security?: { rootless?: boolean } };
  store?: { graphRoot?: string };
}

/** Podman's answer. */
export function podmanFacts({ host, store }: PodmanInfo): EngineFacts {
  return {
    storage: store?.graphRoot || undefined,
    architecture: architectureOf(host?.arch),
    cgroupVersion: versionOf(host?.cgroupVersion),
    isRootless: host?.security?.rootless === true,
  };
}

/** Docker says what the kernel says, `uname -m`; images say what Go says. */
function architectureOf(name: string | undefined): string | undefined {
  const names: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64" };
  return names[name ?? ""] ?? (name || undefined);
}

function versionOf(text: string | undefined): 1 | 2 | undefined {
  const digit = text?.replace(/^v/, "");
  return digit === "1" ? 1 : digit === "2" ? 2 : undefined;
}
