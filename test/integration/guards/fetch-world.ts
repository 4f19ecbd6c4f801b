import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Header } from "tar";
import { gitHttpBackend, type HttpsServer, startHttpsServer } from "../../support/https-files.ts";

const program = join(import.meta.dirname, "../../../runner/fetch/main.ts");

/** An entry of an archive, as somebody with bad intentions would write it. */
export interface Entry {
  path: string;
  content?: string | Buffer;
  type?: "File" | "Directory" | "SymbolicLink" | "Link" | "CharacterDevice" | "FIFO";
  linkpath?: string;
  mode?: number;
}

/** A tar archive in gzip's format with exactly these entries. */
export function archiveOf(entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap(({ content = "", ...entry }) => {
    const body = Buffer.from(content);
    const header = Buffer.alloc(512);
    const type = entry.type ?? "File";
    new Header({ mode: 0o644, mtime: new Date(0), ...entry, type, size: body.length }).encode(
      header,
    );
    return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** What makes an archive the collection acme.tests. */
export const manifest: Entry = {
  path: "MANIFEST.json",
  content: JSON.stringify({ collection_info: { namespace: "acme", name: "tests" } }),
};

export function sha256(data: Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

/** What the program did: its exit code and termination message. */
export interface Fetched {
  code: number | null;
  message: string;
}

/** A server with archives and git repositories, and an empty folder for collections. */
export class FetchWorld implements AsyncDisposable {
  readonly server: HttpsServer;
  /** Archives by path. A function answers by itself. */
  readonly files: Map<string, Buffer | Parameters<typeof startHttpsServer>[0]>;
  /** The parent of the repositories, which are served below /git. */
  readonly repositories: string;
  readonly folder: string;

  constructor(parts: Pick<FetchWorld, "server" | "files" | "repositories" | "folder">) {
    this.server = parts.server;
    this.files = parts.files;
    this.repositories = parts.repositories;
    this.folder = parts.folder;
  }

  /** Serves an archive and returns the source that names it. */
  serve(path: string, archive: Buffer): { archive: { url: string; sha256: string } } {
    this.files.set(path, archive);
    return { archive: { url: this.server.url + path, sha256: sha256(archive) } };
  }

  /** Runs the program as the init container does. */
  async fetch(
    source: unknown,
    { collection = "acme.tests", caFile = this.server.caFile } = {},
  ): Promise<Fetched> {
    const log = join(this.folder, "termination-log");
    await rm(log, { force: true });
    const child = spawn(process.execPath, [program], {
      env: {
        PATH: process.env.PATH,
        NODE_EXTRA_CA_CERTS: caFile,
        PYSTOL_SOURCE: JSON.stringify(source),
        PYSTOL_COLLECTION: collection,
        PYSTOL_COLLECTIONS_FOLDER: join(this.folder, "collections"),
        PYSTOL_TERMINATION_LOG: log,
      },
      stdio: "inherit",
    });
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
    return { code, message: await readFile(log, "utf8").catch(() => "") };
  }

  /** The place of a file of the collection acme.tests. */
  place(...path: string[]): string {
    return join(this.folder, "collections/ansible_collections/acme/tests", ...path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export async function startFetchWorld(): Promise<FetchWorld> {
  const folder = await mkdtemp(join(tmpdir(), "pystol-fetch-"));
  const repositories = join(folder, "git");
  await mkdir(join(folder, "collections"));
  await mkdir(repositories);
  const files: FetchWorld["files"] = new Map();
  const git = gitHttpBackend(folder);
  const server = await startHttpsServer((request, response) => {
    const path = request.url ?? "";
    if (path.startsWith("/git/")) return git(request, response);
    const file = files.get(path);
    if (typeof file === "function") return file(request, response);
    response.statusCode = file ? 200 : 404;
    response.end(file);
  });
  return new FetchWorld({ server, files, repositories, folder });
}
