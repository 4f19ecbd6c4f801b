import { describe, expect, test } from "vitest";
import { parseProbes } from "../../../../client/probes/parse.ts";
import { ProbeError } from "../../../../client/probes/problem.ts";

const parse = (text: string) => parseProbes(text, { source: "probes.yaml" });

function problemsOf(text: string): string[] {
  try {
    parse(text);
    return [];
  } catch (error) {
    if (!(error instanceof ProbeError)) throw error;
    return error.message
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
}

describe("a probe that is right", () => {
  const defaults = {
    when: ["before", "during", "after"],
    intervalMs: 2000,
    timeoutMs: 1000,
    failureThreshold: 3,
  };
  const http = { kind: "http", url: "http://a.b/c", method: "GET", headers: {} };

  test.each([
    ["http: { url: http://a.b/c }", { ...http, statuses: [{ from: 200, to: 299 }] }],
    ["http: { url: http://a.b/c, status: 404 }", { ...http, statuses: [{ from: 404, to: 404 }] }],
    [
      'http: { url: http://a.b/c, status: [200, "3xx"] }',
      {
        ...http,
        statuses: [
          { from: 200, to: 200 },
          { from: 300, to: 399 },
        ],
      },
    ],
    [
      "http: { url: http://a.b/c, method: POST, headers: { X-A: b }, bodyContains: ok }",
      {
        ...http,
        method: "POST",
        headers: { "x-a": "b" },
        statuses: [{ from: 200, to: 299 }],
        bodyContains: "ok",
      },
    ],
    ["tcp: { host: localhost, port: 5432 }", { kind: "tcp", host: "localhost", port: 5432 }],
  ])("%s has the defaults", (line, check) => {
    expect(parse(`- name: p\n  ${line}`)).toEqual([{ name: "p", check, ...defaults }]);
  });

  test.each([
    ["command: |\n    a\n    b\n", { kind: "command", script: "a\nb\n" }],
    [
      "condition: { apiVersion: v1, kind: Node, name: n, type: Ready }",
      {
        kind: "condition",
        apiVersion: "v1",
        objectKind: "Node",
        name: "n",
        type: "Ready",
        status: "True",
      },
    ],
    [
      "condition: { apiVersion: apps/v1, kind: Deployment, namespace: shop, name: web, type: Available, status: False }",
      {
        kind: "condition",
        apiVersion: "apps/v1",
        objectKind: "Deployment",
        namespace: "shop",
        name: "web",
        type: "Available",
        status: "False",
      },
    ],
  ])("%s has ten seconds", (line, check) => {
    expect(parse(`- name: p\n  ${line}`)).toEqual([
      { name: "p", check, ...defaults, timeoutMs: 10_000 },
    ]);
  });

  test("takes its times, its threshold, and its phases in their order", () => {
    const text = `- name: p
  tcp: { host: h, port: 1 }
  when: [after, during]
  interval: 1m30s
  timeout: 500ms
  failureThreshold: 1`;
    expect(parse(text)[0]).toMatchObject({
      when: ["during", "after"],
      intervalMs: 90_000,
      timeoutMs: 500,
      failureThreshold: 1,
    });
  });
});

describe("what is wrong is said at its place", () => {
  const probe = (line: string) => `- name: p\n  ${line}`;
  test.each([
    ["", "1:1: this is empty; expected a list"],
    ["probes: []", "1:1: this is a mapping; expected a list"],
    ["[]", "1:1: this is an empty list; expected a list"],
    ["- http://a", "1:3: a probe is a string; expected a mapping with name, http"],
    ["- name: a\n- b: [", "2:7: this is not YAML: "],
    ["- name: a\n---\n- b", "2:1: a second document begins here; expected one list."],
    [
      probe("command: x\n  intervall: 1s"),
      '3:3: intervall is not a field; did you mean "interval"?',
    ],
    [probe("when: [during]"), "1:3: a probe has nothing to check; expected exactly one of http"],
    [probe("tcp: {host: h, port: 1}\n  command: x"), "1:3: a probe has tcp and command at once"],
    ["- tcp: {host: h, port: 1}", "1:3: name is required"],
    ["- name: 5\n  command: x", "1:3: name is 5; expected 1 to 100 characters"],
    [
      probe("command: x\n  when: [durin]"),
      'when[0] is "durin"; expected one of before, during, after; did you mean "during"?',
    ],
    [
      probe("command: x\n  when: [after, after]"),
      '3:17: when[1] is "after" again; name each once.',
    ],
    [probe("command: x\n  when: during"), '3:3: when is "during"; expected a list of some of'],
    [
      probe("command: x\n  interval: 50ms"),
      '3:3: interval is "50ms"; expected a duration from 100ms to 10m',
    ],
    [
      probe("command: x\n  timeout: 11m"),
      '3:3: timeout is "11m"; expected a duration from 100ms to 10m',
    ],
    [
      probe("command: x\n  failureThreshold: 0"),
      "3:3: failureThreshold is 0; expected a whole number from 1 to 1000.",
    ],
    [
      probe("command: true"),
      "2:3: command is true; expected a script for bash, as text. Put it into quotes.",
    ],
    [
      probe("tcp: { host: h, port: 65536 }"),
      "2:19: tcp.port is 65536; expected a whole number from 1 to 65535.",
    ],
    [probe("tcp: { host: 'a b', port: 1 }"), '2:10: tcp.host is "a b"; expected a host name'],
    [
      probe("http: { url: localhost:80 }"),
      '2:11: http.url is "localhost:80"; expected the address',
    ],
    [
      probe("http: { url: 'http://a', status: 99 }"),
      "2:28: http.status is 99; expected a status from 100 to 599",
    ],
    [
      probe("http: { url: 'http://a', status: [] }"),
      "2:28: http.status is an empty list; expected a status",
    ],
    [
      probe("http: { url: 'http://a', method: get }"),
      '2:28: http.method is "get"; expected one of GET, HEAD',
    ],
    [
      probe("http: { url: 'http://a', headers: { Host : 1 } }"),
      '2:39: http.headers: the value of "Host" is a number',
    ],
    [
      probe("http: { url: 'http://a', headers: { a: b, A: b } }"),
      '2:45: http.headers: "A" is there twice.',
    ],
    [
      probe("http: { url: 'http://a', headers: { Connection: close } }"),
      '2:39: http.headers: "Connection" cannot be set',
    ],
    [
      probe("http: { url: 'http://a', method: HEAD, bodyContains: a }"),
      "2:42: http.bodyContains cannot hold of HEAD",
    ],
    [
      probe("condition: { apiVersion: ../v1, kind: A, name: b, type: c }"),
      '2:16: condition.apiVersion is "../v1"; expected a version',
    ],
    [
      probe("condition: { apiVersion: v1, kind: A, name: .., type: c }"),
      '2:41: condition.name is ".."; expected the name of an object.',
    ],
    [
      probe("condition: { apiVersion: v1, kind: A, name: b, type: c, status: yes }"),
      '2:59: condition.status is "yes"; expected one of True, False, Unknown',
    ],
    [
      `${probe("command: x")}\n${probe("command: y")}`,
      '3:3: name "p" is taken already, at probes.yaml:1;',
    ],
  ])("%j", (text, expected) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`probes.yaml:${/^\d/.test(expected) ? expected : ""}`);
    expect(problems[0]).toContain(expected);
  });

  test("all at once", () => {
    expect(problemsOf("- name: a\n  tcp: { host: h }\n- command: [x]\n- 5")).toEqual([
      "probes.yaml:2:3: tcp.port is required; expected a whole number from 1 to 65535.",
      "probes.yaml:3:3: name is required; expected 1 to 100 characters on one line that tell the probe from others.",
      "probes.yaml:3:3: command is a list; expected a script for bash, as text.",
      expect.stringContaining("probes.yaml:4:3: a probe is a number; expected a mapping"),
    ]);
  });

  test("and so is a text that is too long", () => {
    const text = `- name: p\n  command: x\n${"# padding\n".repeat(30_000)}`;
    expect(problemsOf(text)).toEqual([
      `probes.yaml:1:1: there are ${text.length} characters; expected at most 262144.`,
    ]);
  });

  test("and more probes than can be asked are refused", () => {
    const many = Array.from({ length: 51 }, (_, index) => `- name: p${index}\n  command: x\n`);
    expect(problemsOf(many.join(""))[0]).toContain("these are 51 probes; expected at most 50");
  });
});

test.each([
  "http: { url: 'http://user:hunter22@a' }",
  "http: { url: 'ftp://user:hunter22@a' }",
  "http: { url: 'a?token=hunter22' }",
  "http: { url: 'http://a', headers: hunter22 }",
  "http: { url: 'http://a', headers: { a: \"hunter22\\n\" } }",
  "http: hunter22",
])("a secret in %s is in no message", (line) => {
  const problems = problemsOf(`- name: p\n  ${line}`);
  expect(problems).toHaveLength(1);
  expect(problems.join()).not.toContain("hunter22");
});
