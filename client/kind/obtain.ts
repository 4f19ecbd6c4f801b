import { createHash, randomUUID } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { access, chmod, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Progress } from "../progress.ts";
import { download } from "./download.ts";
import { givenKind } from "./given.ts";
import type { Kind } from "./kind.ts";
import { KIND_PIN, type KindPin } from "./pins.ts";

const RELEASES = "https://github.com/kubernetes-sigs/kind/releases/download";

/** A cache that outlives the machine. What it fails with is only warned of, and nothing from it is believed. */
export interface FileCache {
  /** Whether the files of that key are there now, at the same paths. */
  restore(paths: string[], key: string): Promise<boolean>;
  save(paths: string[], key: string): Promise<void>;
}

export interface ObtainOptions {
  /** The kind to use, as a path or as the name of a program. */
  path: string | undefined;
  /** Where programs stay from job to job on this machine, such as RUNNER_TOOL_CACHE. */
  cacheDirectory: string | undefined;
  /** Where they go otherwise. */
  temp: string;
  /** Of the kind that is returned, and with the proxy of the download. */
  environment: Readonly<Record<string, string | undefined>>;
  progress: Progress;
  /** What a person should see, but what stops nothing. */
  warn?: Progress | undefined;
  signal?: AbortSignal | undefined;
  cache?: FileCache | undefined;
  pin?: KindPin | undefined;
  baseUrl?: string | undefined;
  /** As Node.js writes it, such as "linux-x64". */
  platform?: string | undefined;
  delaysMs?: readonly number[] | undefined;
}

/**
 * The kind program: the given one as it is, else the pinned release from the cache directory, the cache or the network. The SHA-256
 * of the pinned one is compared each time, wherever it came from; what differs is thrown away and never run.
 *
 * @throws where the given one does not answer; where there is no release for this platform; where it cannot be downloaded or is
 * another file than expected, with the URL, both sums and what to do.
 */
export async function obtainKind(options: ObtainOptions): Promise<Kind> {
  if (options.path !== undefined) return await givenKind({ ...options, path: options.path });
  const release = releaseFor(options);
  const place = join("kind", release.version, release.architecture, "kind");
  const { cacheDirectory, temp, environment } = options;
  const warn = options.warn ?? options.progress;
  if (cacheDirectory !== undefined) {
    const path = join(cacheDirectory, place);
    try {
      await mkdir(dirname(path), { recursive: true });
      await ensure(path, release, options);
      return { path, environment };
    } catch (error) {
      if (!isUnwritable(error)) throw error;
      warn(`${cacheDirectory} cannot be written (${error.code}), so kind is kept in ${temp}`);
    }
  }
  const path = join(temp, place);
  await mkdir(dirname(path), { recursive: true });
  await ensure(path, release, options);
  return { path, environment };
}

interface Release {
  version: string;
  /** As kind's release writes it: amd64, arm64. */
  architecture: string;
  url: string;
  sha256: string;
}

function releaseFor({ pin = KIND_PIN, baseUrl = RELEASES, platform }: ObtainOptions): Release {
  const [system = "", machine = ""] = (platform ?? `${process.platform}-${process.arch}`).split(
    "-",
  );
  const architecture = machine === "x64" ? "amd64" : machine;
  const sha256 = pin.sha256[`${system}-${architecture}`];
  if (sha256 === undefined) {
    const known = Object.keys(pin.sha256).join(", ");
    throw new Error(
      `There is no kind ${pin.version} to download for ${system}-${architecture}; expected one of ${known}. Use such a machine, or name a kind program of your own with the input "kind-path".`,
    );
  }
  const url = `${baseUrl}/${pin.version}/kind-${system}-${architecture}`;
  return { version: pin.version, architecture, url, sha256 };
}

/** Makes sure that the file at `path` is the release. */
async function ensure(path: string, release: Release, options: ObtainOptions): Promise<void> {
  const { progress, cache, signal } = options;
  const warn = options.warn ?? progress;
  if (await isThere(path, release, warn)) return;
  const key = `pystol-kind-${release.version}-${release.url.split("/").at(-1)}-${release.sha256.slice(0, 16)}`;
  try {
    if (await cache?.restore([path], key)) {
      if (await isThere(path, release, warn)) {
        progress(`kind ${release.version} came from the cache`);
        return;
      }
    }
  } catch (error) {
    warn(`The cache could not be asked for kind: ${(error as Error).message}`);
  }
  signal?.throwIfAborted();
  await load(path, release, options);
  try {
    await cache?.save([path], key);
  } catch (error) {
    warn(`kind could not be put into the cache: ${(error as Error).message}`);
  }
}

/** Whether it is there and is the release; if it is another file, it is removed. */
async function isThere(path: string, release: Release, warn: Progress): Promise<boolean> {
  const found = await sha256Of(path);
  if (found === release.sha256) {
    await access(path, constants.X_OK).catch(() => chmod(path, 0o755));
    return true;
  }
  if (found === undefined) return false;
  warn(
    `${path} has the SHA-256 ${found}; kind ${release.version} has ${release.sha256}. It is thrown away, and loaded anew.`,
  );
  await rm(path, { force: true });
  return false;
}

async function load(path: string, release: Release, options: ObtainOptions): Promise<void> {
  const { url, version, sha256 } = release;
  const { environment, progress, signal, delaysMs } = options;
  const file = `${path}.${randomUUID()}.partial`; // beside it, so that moving it is atomic
  progress(`Downloading kind ${version} from ${url}`);
  const instead =
    'Where this machine has no way there, put the program on it and name its path with the input "kind-path".';
  try {
    await download({
      ...{ url, file, environment, signal, delaysMs },
      progress: (line) => progress(`Downloading kind: ${line}`),
    }).catch((error) => {
      if (signal?.aborted || isUnwritable(error.cause)) throw error.cause ?? error;
      throw new Error(
        `${error.message}. Is the network there, and is a proxy to be named in https_proxy? ${instead}`,
        { cause: error },
      );
    });
    const found = await sha256Of(file);
    if (found !== sha256) {
      throw new Error(
        `${url} is not kind ${version}: expected the SHA-256 ${sha256}, found ${found}. It was not run. A proxy that answers with a page of its own does this, and so does a release that was tampered with; look at what the URL gives. ${instead}`,
      );
    }
    await chmod(file, 0o755);
    await rename(file, path);
  } finally {
    await rm(file, { force: true });
  }
}

/** In hexadecimal digits, or undefined where there is no such file. */
async function sha256Of(file: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(file), hash);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return hash.digest("hex");
}

function isUnwritable(error: unknown): error is NodeJS.ErrnoException {
  const { code = "" } = (error ?? {}) as NodeJS.ErrnoException;
  return ["EACCES", "EPERM", "EROFS"].includes(code);
}
