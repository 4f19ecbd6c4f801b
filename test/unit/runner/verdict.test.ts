import { describe, expect, test } from "vitest";
import type { AnsibleEvent, TaskEvent } from "../../../runner/events.ts";
import { outcomeOf, type RoleRun } from "../../../runner/verdict.ts";

const started: AnsibleEvent[] = [{ event: "playbookStarted" }, { event: "playStarted" }];

function task(some: Partial<TaskEvent>): TaskEvent {
  return { event: "taskFailed", task: "Do it", action: "ansible.builtin.command", ...some };
}

function statistics(some: object = {}): AnsibleEvent {
  const none = { processed: ["localhost"], failures: 0, unreachable: 0, results: {} };
  return { event: "statistics", ...none, ...some };
}

function outcome(some: Partial<RoleRun>) {
  return outcomeOf({
    role: "acme.tests.one",
    image: "example.org/runner:1",
    found: "found",
    events: [...started, statistics()],
    ending: { code: 0 },
    interruption: undefined,
    errorOutput: "",
    ...some,
  });
}

const failure = statistics({ failures: 1 });

describe("the verdict of a role", () => {
  test.for<[string, Partial<RoleRun>, string, string]>([
    ["that did all its tasks", {}, "Passed", "The role acme.tests.one passed."],
    [
      "whose collection's own module spoke last",
      {
        events: [
          ...started,
          task({ event: "taskOk", action: "acme.tests.act", msg: "3 things done." }),
          task({ event: "taskOk", msg: "noise" }),
          statistics(),
        ],
      },
      "Passed",
      "3 things done.",
    ],
    [
      "that ran on no host, though Ansible ends with 0",
      {
        events: [
          { event: "playbookStarted" },
          { event: "noHostsMatched" },
          statistics({ processed: [] }),
        ],
      },
      "Error",
      "The role acme.tests.one did not run: no host matched.",
    ],
    [
      "that has no tasks, though Ansible ends with 0",
      { events: [...started, statistics({ processed: [] })] },
      "Error",
      "The role acme.tests.one did nothing: Ansible ran no task of it on any host.",
    ],
    [
      "with a failed task",
      { events: [...started, task({ msg: "no" }), failure], ending: { code: 2 } },
      "Failed",
      'Task "Do it": no',
    ],
    [
      "with a failed command",
      {
        events: [
          ...started,
          task({ msg: "non-zero return code", exitCode: 3, stderr: "a\nlast\n" }),
          failure,
        ],
        ending: { code: 2 },
      },
      "Failed",
      'Task "Do it": non-zero return code (exit code 3): last',
    ],
    [
      "with a failure that was ignored, which is not the one that counts",
      {
        events: [
          ...started,
          task({ msg: "real" }),
          task({ msg: "ignored", ignored: true }),
          failure,
        ],
        ending: { code: 2 },
      },
      "Failed",
      'Task "Do it": real',
    ],
    [
      "with a failure that was rescued",
      { events: [...started, task({ msg: "rescued" }), statistics()] },
      "Passed",
      "The role acme.tests.one passed.",
    ],
    [
      "whose task names a verdict",
      { events: [...started, task({ msg: "Forbidden.", pystolVerdict: "Error" }), failure] },
      "Error",
      "Forbidden.",
    ],
    [
      "whose failed task calls itself a pass",
      { events: [...started, task({ msg: "no", pystolVerdict: "Passed" }), failure] },
      "Failed",
      'Task "Do it": no',
    ],
    [
      "with variables that do not fit",
      {
        events: [
          ...started,
          task({ action: "ansible.builtin.validate_argument_spec", msg: "bad" }),
          failure,
        ],
      },
      "Error",
      'Task "Do it": bad',
    ],
    [
      "with an unreachable host",
      {
        events: [
          ...started,
          task({ event: "hostUnreachable", msg: "no route" }),
          statistics({ unreachable: 1 }),
        ],
        ending: { code: 4 },
      },
      "Error",
      'Unreachable: Task "Do it": no route',
    ],
    [
      "of a collection that is absent",
      { events: [], ending: { code: 1 }, found: "noCollection" },
      "Error",
      "The collection acme.tests is not in the runner image example.org/runner:1, which has to run its role one; build an image with it and name that in the PystolRole's spec.image.",
    ],
    [
      "that its collection does not have",
      {
        events: [],
        ending: { code: 1 },
        errorOutput: "[ERROR]: the role 'acme.tests.one' was not found in x",
      },
      "Error",
      "The collection acme.tests of the runner image example.org/runner:1 has no role one; look at spec.role of the PystolRole.",
    ],
    [
      "that does not parse",
      { events: [], ending: { code: 4 }, errorOutput: "[WARNING]: x\n[ERROR]: YAML\n  is odd" },
      "Error",
      "The role acme.tests.one could not be loaded: YAML is odd",
    ],
    [
      "whose Ansible ended in the middle",
      { events: started, ending: { code: 250 }, errorOutput: "[ERROR]: dead worker" },
      "Error",
      "Ansible ended with exit code 250 before the role acme.tests.one was done: dead worker",
    ],
    [
      "whose Ansible was killed, whatever it said before",
      { ending: { signal: 9 } },
      "Error",
      "The role acme.tests.one was killed: ansible-playbook ended by SIGKILL, perhaps because memory ran out.",
    ],
    [
      "whose Ansible failed though no task did",
      { ending: { code: 1 } },
      "Error",
      "Ansible ended with exit code 1 although no task failed: it wrote no error.",
    ],
    [
      "whose time was over, though it passed meanwhile",
      { interruption: { kind: "timeout", seconds: 5 } },
      "TimedOut",
      "The role acme.tests.one was ended: it was not done within spec.timeout, 5 s.",
    ],
    [
      "that was stopped",
      { interruption: { kind: "stop" }, ending: { code: 143 }, events: started },
      "Aborted",
      "The role acme.tests.one was ended: spec.stop was set.",
    ],
  ])("%s", ([_, some, verdict, message]) => {
    expect(outcome(some)).toEqual({ verdict, message });
  });
});
