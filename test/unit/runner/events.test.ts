import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { EventLog, parseEvent, shownEvent } from "../../../runner/events.ts";
import { Redaction } from "../../../runner/redaction.ts";

describe("an event of Ansible", () => {
  test.for([
    ['{"event":"playStarted"}', true],
    ['{"event":"taskOk","task":"t","action":"a"}', true],
    ['{"event":"taskFailed","task":"t"}', false],
    ['{"event":"taskFailed","task":"t","action":"a","msg":5}', false],
    ['{"event":"statistics","processed":[],"failures":0,"unreachable":0,"results":{}}', true],
    ['{"event":"statistics","processed":[],"failures":"0","unreachable":0,"results":{}}', false],
    ['{"event":"statistics","processed":[],"failures":0,"unreachable":0,"results":[]}', false],
    ['{"event":"verdict","verdict":"Passed"}', false],
    ["not JSON", false],
    ["[]", false],
  ] as const)("%s is one: %s", ([line, isOne]) => {
    expect(parseEvent(line) !== undefined).toBe(isOne);
  });
});

test("the log numbers its lines, and its digest is that of all lines that there will ever be", () => {
  let written = "";
  const log = new EventLog(
    (line) => {
      written += line;
    },
    () => new Date(0),
    new Redaction(),
  );
  log.add({ event: "claimed" });
  log.add({ event: "verdict", verdict: "Passed" });
  expect(written.split("\n").slice(0, -1)).toEqual([
    '{"seq":1,"time":"1970-01-01T00:00:00.000Z","event":"claimed"}',
    '{"seq":2,"time":"1970-01-01T00:00:00.000Z","event":"verdict","verdict":"Passed"}',
  ]);
  const { count, sha256 } = log.end();
  log.add({ event: "output", text: "late" });
  expect(written).not.toContain("late");
  expect({ count, sha256 }).toEqual({
    count: 2,
    sha256: createHash("sha256").update(written).digest("hex"),
  });
});

describe("what is shown of an event", () => {
  const secret = "s3cr3t".repeat(20);
  const redaction = new Redaction();
  redaction.use([secret]);
  const shown = (fields: object) =>
    shownEvent({ event: "taskFailed", task: "t", action: "a", ...fields }, redaction);

  test("is the end of an error output, and the beginning of a message", () => {
    const long = `first ${"x".repeat(5000)} last`;
    expect(shown({ msg: long, stderr: long })).toMatchObject({
      msg: expect.stringMatching(/^first x{1993}…$/),
      stderr: expect.stringMatching(/^…x{1994} last$/),
    });
  });

  test("has no half of a secret where the plugin had to cut", () => {
    const filled = secret.repeat(600);
    const msg = `${filled.slice(0, 65_535)}…`;
    const stderr = `…${filled.slice(-65_535)}`;
    expect(JSON.stringify(shown({ msg, stderr }))).not.toContain("cr3");
  });

  test("keeps the names of its fields, whatever a secret may be", () => {
    const hostile = new Redaction();
    hostile.use(["failures", "task"]);
    const event = { event: "taskFailed", task: "t", action: "a", msg: "failures" } as const;
    expect(shownEvent(event, hostile)).toEqual({ ...event, msg: "********" });
  });
});
