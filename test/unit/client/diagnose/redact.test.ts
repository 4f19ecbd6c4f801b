import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Redactor } from "../../../../client/diagnose/redact.ts";
import { valuesOfSecrets } from "../../../../client/diagnose/secret-values.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const plain = new Redactor([]);
const jwt = `eyJ${base64('hbGciOi"x"').replace(/=/g, "")}.eyJpc3MiOiJrdWJlcm5ldGVzIn0.c2lnbmF0dXJl_x-Y`;
const SECRET = "s3cr3t-Pa55w0rd";

describe("a text without secrets", () => {
  test.each([
    ["a short basic login", "Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"],
    ["a login in JSON", `{"Authorization":"ApiKey ${SECRET}"}`, SECRET],
    ["a cookie", `Set-Cookie: session=${SECRET}; Path=/`, SECRET],
    ["a login of curl", `curl -u me:${SECRET} https://x`, SECRET],
    ["a variable of a file, with blanks", `DB_PASSWORD=correct ${SECRET}`, SECRET],
    ["a flag and its value on the next line", `  "--token",\n  "${SECRET}",`, SECRET],
    ["a JWT", `token is ${jwt} ok`, "c2lnbmF0dXJl"],
    ["a bearer header", `> Authorization: Bearer ${SECRET}xyz`, SECRET],
    ["a bearer in prose", `sent bearer ${SECRET}${SECRET}`, SECRET],
    ["a kubeconfig's key", `    client-key-data: ${base64(SECRET)}`, base64(SECRET)],
    [
      "a kubeconfig's certificate",
      `    client-certificate-data: ${base64(SECRET)}`,
      base64(SECRET),
    ],
    ["a kubeconfig's token", `    token: ${SECRET}`, SECRET],
    ["a password in YAML", `  password: ${SECRET} with blanks`, "blanks"],
    ["a password in JSON", `{"a":1,"password":"${SECRET}","b":2}`, SECRET],
    ["a password in JSON within JSON", `{"m":"{\\"dbPassword\\":\\"${SECRET}\\"}"}`, SECRET],
    ["a password in single quotes", `password: 'it''s ${SECRET}'`, SECRET],
    ["a variable", `export DB_PASSWORD=${SECRET}`, SECRET],
    ["a variable of inspect.json", `    "DB_PASSWORD=${SECRET} x",`, SECRET],
    ["another variable of inspect.json", `"Env":["STRIPE_KEYS=${SECRET}"]`, SECRET],
    ["a container's variable in JSON", `{"name":"DB_PASS_1","value":"${SECRET}"}`, SECRET],
    ["a URL with a password", `postgres://admin:${SECRET}@db:5432/x`, SECRET],
    ["a URL with a password alone", `redis://:${SECRET}@redis/0`, SECRET],
    ["a bootstrap token", "kubeadm join --token abcdef.0123456789abcdef", "0123456789abcdef"],
    ["a flag", `--client-secret ${SECRET}`, SECRET],
    ["a flag with =", `--docker-password=${SECRET}`, SECRET],
    ["a flag of a list", `["--token", "${SECRET}"]`, SECRET],
    ["a GitHub token", `x ghs_${"a1B2".repeat(9)} y`, "a1B2a1B2"],
    ["a fine-grained GitHub token", `github_pat_${"a1B2_".repeat(9)}`, "a1B2_a1B2"],
    ["an AWS key id", "id AKIAIOSFODNN7EXAMPLE", "IOSFODNN7"],
    ["an AWS key", `aws_secret_access_key = ${SECRET}`, SECRET],
    [
      "what kubectl applied",
      `  kubectl.kubernetes.io/last-applied-configuration: |-\n    {"x":"${SECRET}"}`,
      SECRET,
    ],
    ["a block of YAML", `password: |\n  ${SECRET}\n\n  second ${SECRET}\nnext: 1`, SECRET],
    ["the value after its name", `- name: API_KEY\n  value: ${SECRET}`, SECRET],
    ["the value after its name in JSON", `"name": "API_TOKEN",\n"value": "${SECRET}"`, SECRET],
    [
      "a key on one line",
      `key -----BEGIN PRIVATE KEY-----\\n${SECRET}\\n-----END PRIVATE KEY-----`,
      SECRET,
    ],
  ])("has no longer %s", (_name, text, secret) => {
    expect(text).toContain(secret);
    const redacted = plain.text(text);
    expect(redacted).not.toContain(secret);
    expect(redacted).toContain("[redacted]");
  });

  test.each([
    "2026-01-01T00:00:00Z I0101 controller.go:12] synced 3 pods of shop/web",
    "  secretName: web-tls",
    "  automountServiceAccountToken: true",
    "      tokenExpirationSeconds: 3607",
    "    image: registry.example:5000/shop/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    'MountVolume.SetUp failed for volume "x" : secret "web-tls" not found',
    "  - key: node-role.kubernetes.io/control-plane",
    '      secret: {"secretName": "x"}',
    "GET https://10.96.0.1:443/api/v1/pods?limit=500 200 OK",
    "- name: LOG_LEVEL",
    "  value: debug",
    "--tls-private-key-file=/etc/kubernetes/pki/apiserver.key",
  ])("is as it was without one: %s", (line) => {
    expect(plain.text(line)).toBe(line);
  });

  test("loses a private key of many lines, though it is within a log, and nothing behind it", () => {
    const key = Array.from({ length: 20 }, () => randomBytes(48).toString("base64"));
    const lines = [
      "before",
      "x -----BEGIN RSA PRIVATE KEY-----",
      ...key,
      "-----END RSA PRIVATE KEY-----",
      "after",
    ];
    expect(plain.text(lines.join("\n")).split("\n")).toEqual(["before", "x [redacted]", "after"]);
  });

  test("loses the lines of a key whose beginning is cut off", () => {
    const line = `${"aZ09+/bY".repeat(8)}`;
    expect(plain.text(`2026-01-01 ${line}\nend`)).toBe("2026-01-01 [redacted]\nend");
  });

  test("is shown again after a key that never ends", () => {
    const lines = [
      "-----BEGIN PRIVATE KEY-----",
      ...Array.from({ length: 300 }, () => "x"),
      "last",
    ];
    expect(plain.text(lines.join("\n"))).toMatch(/x\nlast$/);
  });

  test("has no known value in any form, wherever it stands", () => {
    const value = fc
      .string({ minLength: 8, maxLength: 40 })
      .filter(
        (text) =>
          /\S{8}/.test(text) &&
          !/[\n\r\t\v\f\u2028\u2029]/.test(text) &&
          text.trim() === text &&
          !"[redacted]".includes(text),
      );
    const around = fc.constantFrom("", " ", "x", "user:", '"', "a=b ");
    fc.assert(
      fc.property(value, around, around, (secret, before, after) => {
        const redactor = new Redactor([secret]);
        const forms = [secret, JSON.stringify(secret), encodeURIComponent(secret), base64(secret)];
        for (const form of forms) expect(redactor.text(before + form + after)).not.toContain(form);
        const within = base64(`ab${before}${secret}${after}zz`);
        expect(Buffer.from(redactor.text(within), "base64").toString()).not.toContain(secret);
      }),
    );
  });

  test("has none of thousands of known values", () => {
    const values = Array.from({ length: 4000 }, (_, index) => `planted-value-${index}-x`);
    const text = values.join("\n");
    expect(new Redactor(values).text(text).split("\n")).toEqual(values.map(() => "[redacted]"));
  });

  test("takes no long time, whatever a line holds", () => {
    const hostile = [
      "a".repeat(1e6),
      "eyJ".repeat(3e5),
      '"'.repeat(1e6),
      "token:".repeat(1e5),
      "-----BEGIN PRIVATE KEY".repeat(3e4),
      "a=".repeat(3e5),
      "https://".repeat(1e5),
      "--a-".repeat(2e5),
    ];
    for (const line of hostile) {
      const began = performance.now();
      plain.text(line);
      expect(performance.now() - began).toBeLessThan(500);
    }
  });

  test("is cut where a line is long, with no half of a word before the cut", () => {
    const redacted = new Redactor([SECRET]).text(`${"x ".repeat(16_380)}${SECRET}${SECRET}`);
    expect(redacted).toMatch(/x {1,2}\[cut: \d+ characters\]$/);
  });
});

describe("the values of Secrets", () => {
  const secret = (data: Record<string, string>, type = "Opaque") => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s" },
    type,
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64(value)])),
  });

  test("are decoded, and those that are too short or say nothing left out", () => {
    expect(valuesOfSecrets([secret({ a: "hunter22", b: "short", c: "default" })])).toEqual([
      "hunter22",
    ]);
  });

  test("of a service account's are its token alone", () => {
    const data = { token: "abcdefgh", namespace: "my-shop", "ca.crt": "certificate" };
    expect(valuesOfSecrets([secret(data, "kubernetes.io/service-account-token")])).toEqual([
      "abcdefgh",
    ]);
  });

  test("of many lines are each line, and what its fields hold", () => {
    const values = valuesOfSecrets([secret({ ".env": "LOG=debug\nDB_PASSWORD=hunter22\n" })]);
    expect(values).toContain("DB_PASSWORD=hunter22");
    expect(values).toContain("hunter22");
    expect(values).not.toContain("LOG=debug");
    const phrase = "correct horse battery staple";
    expect(valuesOfSecrets([secret({ a: `${phrase}\nkind: Config` })]).slice(1)).toEqual([phrase]);
  });

  test("of an address are its password too, as it stands there and decoded", () => {
    const values = valuesOfSecrets([secret({ url: "postgres://u:hunter%3222@db/x" })]);
    expect(values).toEqual(["postgres://u:hunter%3222@db/x", "hunter%3222", "hunter222"]);
  });

  test("of a registry's login are the password in each of its forms", () => {
    const auths = {
      "r.example": { username: "me", password: "hunter22", auth: base64("me:hunter22") },
    };
    const values = valuesOfSecrets([secret({ ".dockerconfigjson": JSON.stringify({ auths }) })]);
    expect(values).toContain("hunter22");
    expect(values).toContain(base64("me:hunter22"));
  });
});
