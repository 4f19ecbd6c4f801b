import { createHash } from "node:crypto";
import { access, chmod, constants, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { run } from "../../../client/command.ts";
import { type ObtainOptions, obtainKind } from "../../../client/kind/obtain.ts";
import { KIND_PIN } from "../../../client/kind/pins.ts";

const PROGRAM = "#!/bin/sh\necho kind v0.99.0 go1.26.8 linux/amd64\n";
const sha256 = createHash("sha256").update(PROGRAM).digest("hex");
const pin = { version: "v0.99.0", sha256: { "linux-amd64": sha256 } };
const PATH = "/v0.99.0/kind-linux-amd64";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "pystol-obtain-"));
  return () => rm(directory, { recursive: true, force: true });
});

/** A server that answers the requests in turn, and the last answer from then on. */
async function serve(...answers: RequestListener[]) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    (answers[asked.length - 1] ?? answers.at(-1))?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    server,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const right: RequestListener = (_request, response) => response.end(PROGRAM);
const status =
  (code: number): RequestListener =>
  (_request, response) => {
    response.statusCode = code;
    response.end("<html>");
  };
const cut: RequestListener = (_request, response) => {
  response.setHeader("content-length", PROGRAM.length);
  response.write(PROGRAM.slice(0, 10), () => response.destroy());
};

async function obtain(baseUrl: string, options: Partial<ObtainOptions> = {}) {
  const warnings: string[] = [];
  const said: string[] = [];
  const kind = await obtainKind({
    path: undefined,
    cacheDirectory: join(directory, "tools"),
    temp: join(directory, "temp"),
    environment: {},
    progress: (line) => said.push(line),
    warn: (line) => warnings.push(line),
    pin,
    baseUrl,
    platform: "linux-x64",
    delaysMs: [1, 1],
    ...options,
  });
  return { kind, warnings, said };
}

const kept = () => join(directory, "tools/kind/v0.99.0/amd64/kind");

async function keep(text: string): Promise<void> {
  await mkdir(dirname(kept()), { recursive: true });
  await writeFile(kept(), text, { mode: 0o755 });
}

async function filesLeft(): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

describe("a download", () => {
  test("is tried again where the server is overloaded, and what came can be run", async () => {
    await using server = await serve(status(503), status(429), right);
    const { kind, said } = await obtain(server.url);
    expect(server.asked).toEqual([PATH, PATH, PATH]);
    expect(kind.path).toBe(kept());
    expect(await run(kind.path, [], { environment: {} })).toContain("kind v0.99.0");
    expect(said.join("\n")).toContain("the server answered 503; trying again");
    expect(await filesLeft()).toEqual(["kind"]);
  });

  test("is tried again where the connection was cut in the middle", async () => {
    await using server = await serve(cut, right);
    expect((await obtain(server.url)).kind.path).toBe(kept());
    expect(server.asked).toHaveLength(2);
  });

  test("follows a redirect, as GitHub's releases answer with", async () => {
    await using other = await serve(right);
    await using server = await serve((_request, response) => {
      response.writeHead(302, { location: `${other.url}/asset?signature=secret` }).end();
    });
    expect((await obtain(server.url)).kind.path).toBe(kept());
    expect(other.asked).toEqual(["/asset?signature=secret"]);
  });

  test("that fails behind a redirect does not name its signed address", async () => {
    await using other = await serve(status(403));
    await using server = await serve((_request, response) => {
      response.writeHead(302, { location: `${other.url}/asset?signature=secret` }).end();
    });
    const error = await obtain(server.url).catch((failure: Error) => failure);
    expect(String(error)).toContain("the server answered 403");
    expect(String(error)).not.toContain("secret");
  });

  test.each([404, 403, 400])("is not tried again after %i", async (code) => {
    await using server = await serve(status(code));
    await expect(obtain(server.url)).rejects.toThrow(
      new RegExp(`${server.url}${PATH} .*the server answered ${code}.*"kind-path"`),
    );
    expect(server.asked).toHaveLength(1);
    expect(await filesLeft()).toEqual([]);
  });

  test("ends after its tries", async () => {
    await using server = await serve(status(500));
    await expect(obtain(server.url)).rejects.toThrow(
      "could not be downloaded, 3 times, the last time because the server answered 500",
    );
    expect(server.asked).toHaveLength(3);
  });

  test("from where nobody listens is tried again, and says so", async () => {
    const server = await serve(right);
    await server[Symbol.asyncDispose]();
    await expect(obtain(server.url)).rejects.toThrow(/3 times.*\(ECONNREFUSED\).*"kind-path"/);
  });

  test("of another file than the pinned one is refused at once, with both sums, and not kept", async () => {
    await using server = await serve((_request, response) => response.end("a proxy's page"));
    const found = createHash("sha256").update("a proxy's page").digest("hex");
    await expect(obtain(server.url)).rejects.toThrow(
      new RegExp(`${server.url}${PATH} is not kind.*${sha256}.*${found}.*"kind-path"`),
    );
    expect(server.asked).toHaveLength(1);
    expect(await filesLeft()).toEqual([]);
  });

  test("that is ended leaves nothing", async () => {
    const ended = new AbortController();
    await using server = await serve((_request, response) => {
      response.write("#!", () => ended.abort(new Error("cancelled")));
    });
    await expect(obtain(server.url, { signal: ended.signal })).rejects.toThrow("cancelled");
    expect(await filesLeft()).toEqual([]);
  });

  test("goes through the proxy that the environment names, and past it where no_proxy says so", async () => {
    await using server = await serve(right);
    await using proxy = await serve(right);
    const tunnels: string[] = [];
    proxy.server.on("connect", (request, socket) => {
      tunnels.push(request.url ?? "");
      const { hostname, port } = new URL(server.url);
      const onward = connect(Number(port), hostname, () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        socket.pipe(onward).pipe(socket);
      });
    });
    const environment = { http_proxy: proxy.url };
    await obtain(server.url, { environment });
    expect(tunnels.length + proxy.asked.length).toBe(1);
    await rm(kept());
    await obtain(server.url, { environment: { ...environment, NO_PROXY: "127.0.0.1" } });
    expect(tunnels.length + proxy.asked.length).toBe(1);
  });
});

describe("a kind that is there already", () => {
  test("is used without a request, if it is the pinned one", async () => {
    await keep(PROGRAM);
    await chmod(kept(), 0o644);
    await using server = await serve(right);
    const { kind } = await obtain(server.url);
    expect(server.asked).toEqual([]);
    await access(kind.path, constants.X_OK);
  });

  test("is thrown away with a warning, if it is another file", async () => {
    await keep("#!/bin/sh\necho stolen");
    await using server = await serve(right);
    const { kind, warnings } = await obtain(server.url);
    expect(warnings.join()).toMatch(/has the SHA-256 .* It is thrown away/);
    expect(await run(kind.path, [], { environment: {} })).toContain("kind v0.99.0");
  });

  test("is kept in the temporary directory where the tool cache cannot be written", async () => {
    await using server = await serve(right);
    const { kind, warnings } = await obtain(server.url, { cacheDirectory: "/sys" });
    expect(kind.path).toBe(join(directory, "temp/kind/v0.99.0/amd64/kind"));
    expect(warnings.join()).toContain("/sys cannot be written");
  });
});

describe("the cache between runs", () => {
  const cacheWith = (text: string | undefined) => {
    const saved: string[] = [];
    const cache = {
      restore: async ([path = ""]: string[]) => {
        if (text !== undefined) await writeFile(path, text);
        return text !== undefined;
      },
      save: async (paths: string[], key: string) => void saved.push(key, ...paths),
    };
    return { cache, saved };
  };

  test("gives what the network then need not", async () => {
    const { cache, saved } = cacheWith(PROGRAM);
    await using server = await serve(right);
    const { kind } = await obtain(server.url, { cache });
    expect(server.asked).toEqual([]);
    expect(saved).toEqual([]);
    await access(kind.path, constants.X_OK);
  });

  test("is not believed: another file than the pinned one is loaded anew", async () => {
    const { cache } = cacheWith("#!/bin/sh\necho poisoned");
    await using server = await serve(right);
    const { kind } = await obtain(server.url, { cache });
    expect(await run(kind.path, [], { environment: {} })).toContain("kind v0.99.0");
  });

  test("gets what was downloaded", async () => {
    const { cache, saved } = cacheWith(undefined);
    await using server = await serve(right);
    await obtain(server.url, { cache });
    expect(saved).toEqual([`pystol-kind-v0.99.0-kind-linux-amd64-${sha256.slice(0, 16)}`, kept()]);
  });

  test("stops nothing where it fails", async () => {
    const fail = () => Promise.reject(new Error("the cache is away"));
    await using server = await serve(right);
    const { kind, warnings } = await obtain(server.url, { cache: { restore: fail, save: fail } });
    expect(kind.path).toBe(kept());
    expect(warnings).toHaveLength(2);
  });
});

describe("a kind that is given", () => {
  const given = async (text: string, mode = 0o755) => {
    const path = join(directory, "given");
    await writeFile(path, text, { mode });
    return obtain("http://127.0.0.1:1", { path });
  };

  test("is used as it is", async () => {
    const { kind, said } = await given(PROGRAM);
    expect(kind.path).toBe(join(directory, "given"));
    expect(said).toEqual([`Using ${kind.path}, kind v0.99.0`]);
  });

  test("is warned of where it is old", async () => {
    const { warnings } = await given("#!/bin/sh\necho kind v0.20.0 go1.20 linux/amd64\n");
    expect(warnings.join()).toContain("is kind v0.20.0; expected v0.30.0 or later");
  });

  test.each([
    ["may not be run", PROGRAM, 0o644, /which may not be run.*chmod \+x/],
    ["is another program", "#!/bin/sh\necho hello\n", 0o755, /answers "hello" to "version"/],
    ["fails", "#!/bin/sh\necho broken >&2\nexit 3\n", 0o755, /exit code 3:\n.*broken/],
  ])("is an error where it %s", async (_what, text, mode, message) => {
    await expect(given(text, mode)).rejects.toThrow(message);
  });

  test("is an error where there is none", async () => {
    const path = join(directory, "none");
    await expect(obtain("http://127.0.0.1:1", { path })).rejects.toThrow(
      /There is no kind at .*none": get it from https:/,
    );
  });
});

test("a platform without a release is an error that says what there is", async () => {
  const options = { platform: "win32-x64", pin: KIND_PIN };
  await expect(obtain("http://127.0.0.1:1", options)).rejects.toThrow(
    /no kind v0.* to download for win32-amd64; expected one of linux-amd64, linux-arm64/,
  );
});
