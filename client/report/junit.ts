import type { Results } from "../../crds/types/results.ts";
import { isExpected, isResult } from "../../crds/verdicts.ts";
import type { ActionResult } from "../results.ts";
import { targetName, tookSeconds } from "./evidence.ts";
import { breachWords, exitWords, underWords, whyUnexpected } from "./wrongs.ts";
import { attributes, escapeXml } from "./xml.ts";

/**
 * Results as JUnit XML: a test case for each action, each of the user's commands and each probe. A verdict that is a result of the
 * run but not the expected one is a failure, any other unexpected one an error. What failed as a whole is a case of its own, so that
 * no reader takes an empty suite, or one whose cases all passed, for a pass. The format as common readers take it:
 * https://github.com/testmoapp/junitxml
 */
export function junitXml(results: Results): string {
  const { actions, commands = [], probes = [], message, outcome } = results;
  const cases = [
    ...actions.map(actionCase),
    ...commands.map(commandCase),
    ...probes.map(probeCase),
  ];
  const isSilent = outcome !== "passed" && cases.every(({ problem }) => problem === undefined);
  if (message !== undefined || isSilent) {
    const why = message ?? "The run failed, and no reason is known.";
    const problem: Problem = { kind: "error", type: "Error", message: why };
    cases.push({ classname: "pystol", name: "run", seconds: 0, problem });
  }
  const count = (kind: Problem["kind"]) =>
    cases.filter(({ problem }) => problem?.kind === kind).length;
  const seconds = (Date.parse(results.completionTime) - Date.parse(results.startTime)) / 1000;
  const totals = attributes({
    name: "pystol",
    tests: cases.length,
    failures: count("failure"),
    errors: count("error"),
    skipped: 0,
    time: seconds.toFixed(3),
  });
  const suite = `${totals} timestamp="${escapeXml(results.startTime)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${totals}>`,
    `  <testsuite ${suite}>`,
    ...uniquelyNamed(cases).flatMap(linesOf),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

interface Problem {
  kind: "failure" | "error";
  type: string;
  message: string;
}

interface Case {
  classname: string;
  name: string;
  seconds: number;
  file?: string | undefined;
  line?: number | undefined;
  properties?: Readonly<Record<string, string | number | boolean>>;
  problem?: Problem | undefined;
  output?: string;
}

function actionCase(result: ActionResult): Case {
  const { namespace, name, role, verdict, verified, recovered, expected, file, line } = result;
  const evidence = result.targets.map(
    (target) =>
      `${targetName(target)}: ${target.outcome ?? "-"} ${JSON.stringify(target.evidence ?? {})}`,
  );
  const kind = isResult(verdict) ? "failure" : "error";
  return {
    classname: namespace,
    name,
    seconds: tookSeconds(result) ?? 0,
    file,
    line,
    properties: { role, verdict, verified, ...(recovered == null ? {} : { recovered }) },
    problem: expected ? undefined : { kind, type: verdict, message: problemOf(result) },
    output: [result.message, ...evidence].join("\n"),
  };
}

function problemOf(result: ActionResult): string {
  const { verdict, expect = ["Passed"], message, recovered, verified } = result;
  const isLacking = recovered === false || !verified;
  if (isLacking && isExpected(verdict, expect)) return `It ${whyUnexpected(result)}`;
  return `${verdict} (expected ${expect.join(" or ")}): ${message}`;
}

function commandCase(command: NonNullable<Results["commands"]>[number]): Case {
  const { outcome, seconds, coveredSeconds, message } = command;
  const ended = exitWords(command);
  const problem: Problem = { kind: "failure", type: "Command", message: message || ended };
  return {
    classname: "pystol.command",
    name: `run ${underWords(command)}`,
    seconds,
    properties: { ended, ...(coveredSeconds === null ? {} : { coveredSeconds }) },
    problem: outcome === "passed" ? undefined : problem,
  };
}

function probeCase(probe: NonNullable<Results["probes"]>[number]): Case {
  const { name, phase, outcome, checks, failures, startTime, completionTime } = probe;
  const ms = Date.parse(completionTime ?? "") - Date.parse(startTime ?? "");
  const problem: Problem = { kind: "failure", type: "Probe", message: breachWords(probe) };
  return {
    classname: "pystol.probe",
    name: `${name} ${phase}`,
    seconds: Number.isFinite(ms) ? Math.max(ms, 0) / 1000 : 0,
    properties: { checks, failures },
    problem: outcome === "passed" ? undefined : problem,
  };
}

/** Readers take cases of one name for retries of one test, and may then show only the last. */
function uniquelyNamed(cases: readonly Case[]): Case[] {
  const seen = new Map<string, number>();
  return cases.map((each) => {
    const key = JSON.stringify([each.classname, each.name]);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count === 1 ? each : { ...each, name: `${each.name} (${count})` };
  });
}

function linesOf({ problem, output, properties, seconds, ...head }: Case): string[] {
  const { classname, name, file, line } = head;
  const listed = Object.entries(properties ?? {}).map(
    ([key, value]) => `        <property ${attributes({ name: key, value })}/>`,
  );
  return [
    `    <testcase ${attributes({ classname, name, time: seconds.toFixed(3), file, line })}>`,
    ...(listed.length > 0 ? ["      <properties>", ...listed, "      </properties>"] : []),
    ...(problem ? [element(problem)] : []),
    ...(output === undefined ? [] : [`      <system-out>${escapeXml(output)}</system-out>`]),
    "    </testcase>",
  ];
}

function element({ kind, type, message }: Problem): string {
  return `      <${kind} ${attributes({ type, message })}>${escapeXml(message)}</${kind}>`;
}
