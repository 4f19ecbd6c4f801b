import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { EventLog, parseEvent } from "../../../runner/events.ts";
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

test("the log numbers its lines and knows their hash at any time", () => {
  let written = "";
  const log = new EventLog(
    (line) => {
      written += line;
    },
    () => new Date(0),
    new Redaction(),
  );
  log.add({ event: "claimed" });
  const first = { count: 1, sha256: createHash("sha256").update(written).digest("hex") };
  expect(log.digest).toEqual(first);
  log.add({ event: "verdict", verdict: "Passed" });
  expect(written.split("\n").slice(0, -1)).toEqual([
    '{"seq":1,"time":"1970-01-01T00:00:00.000Z","event":"claimed"}',
    '{"seq":2,"time":"1970-01-01T00:00:00.000Z","event":"verdict","verdict":"Passed"}',
  ]);
  expect(log.digest.sha256).toBe(createHash("sha256").update(written).digest("hex"));
});
