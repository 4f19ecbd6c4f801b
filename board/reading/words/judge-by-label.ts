import { CONFIDENCE, type Finding } from "../finding.ts";
import type { Verdict } from "../state.ts";
import { comparable } from "./normalize.ts";

type Rule = (message: string) => Verdict | undefined;

/** Labels whose numbers and grades have a known meaning; the first that matches is used. */
const RULES: ReadonlyArray<{ readonly label: ReadonlySet<string>; readonly judge: Rule }> = [
  { label: words("practices baseline cii"), judge: judgeProgramme },
  { label: words("coverage cov codecov coveralls"), judge: judgeCoverage },
  { label: words("uptime availability"), judge: judgeUptime },
  { label: words("scorecard"), judge: judgeScore },
  {
    label: words(
      "vulnerabilities vulnerability vulns errors failures failed failing bugs violations",
    ),
    judge: noneIsGood("failing"),
  },
  { label: words("warnings smells alerts"), judge: noneIsGood("warning") },
  {
    label: words("report grade quality maintainability rating codacy codefactor lgtm"),
    judge: judgeGrade,
  },
];

/** Words that make a label speak of another number than the one whose scale is known ("coverage threshold"). */
const OTHER_SCALE = words(
  "threshold target goal limit min minimum max maximum required allowed accepted expected ignored suppressed " +
    "dismissed excluded change diff delta trend drop decrease increase missing lost budget fixed closed " +
    "resolved solved removed scanned rate without since",
);

/** What a number or grade means under a label that gives it a scale, or undefined. */
export function judgeByLabel(label: string, message: string): Finding | undefined {
  const parts = comparable(label).split(" ");
  if (parts.some((part) => OTHER_SCALE.has(part))) return undefined;
  const rule = RULES.find((candidate) => parts.some((part) => candidate.label.has(part)));
  const said = rule?.judge(comparable(message));
  return said && { ...said, confidence: CONFIDENCE.number };
}

/** https://www.bestpractices.dev/en/criteria: levels, and before them "in progress 57%". */
function judgeProgramme(message: string): Verdict | undefined {
  if (/^(?:gold|silver|passing)$/u.test(message)) {
    return { state: "passing", rule: `the level "${message}" of a best-practices programme` };
  }
  if (message.startsWith("in progress")) {
    return { state: "warning", rule: `a programme's criteria are met in part ("${message}")` };
  }
  return undefined;
}

const COVERAGE_PERCENT = 80; // the default condition of SonarQube's gate "Sonar way"

function judgeCoverage(message: string): Verdict | undefined {
  return compare(percentOf(message), COVERAGE_PERCENT, "coverage", "%");
}

const UPTIME_PERCENT = 99;
const UPTIME_BROKEN_PERCENT = 95; // more than a day a month away

function judgeUptime(message: string): Verdict | undefined {
  const percent = percentOf(message);
  if (percent !== undefined && percent < UPTIME_BROKEN_PERCENT) {
    return { state: "failing", rule: `uptime ${percent}% is below ${UPTIME_BROKEN_PERCENT}%` };
  }
  return compare(percent, UPTIME_PERCENT, "uptime", "%");
}

const SCORE_OF_TEN = 8;

/** https://github.com/ossf/scorecard: an aggregate from 0 to 10. */
function judgeScore(message: string): Verdict | undefined {
  const score = /^(\d{1,2}(?:\.\d{1,2})?)(?: ?\/ ?10)?$/u.exec(message)?.[1];
  const value = score === undefined ? undefined : Number(score);
  return value !== undefined && value > 10 ? undefined : compare(value, SCORE_OF_TEN, "score", "");
}

function judgeGrade(message: string): Verdict | undefined {
  if (!/^[a-f][+-]?$/u.test(message)) return undefined;
  const grade = message.toUpperCase();
  if (grade.startsWith("A")) return { state: "passing", rule: `the grade ${grade}` };
  return { state: /^[EF]/u.test(grade) ? "failing" : "warning", rule: `the grade ${grade}` };
}

function noneIsGood(otherwise: "failing" | "warning"): Rule {
  return (message) => {
    if (/^none(?: found)?$/u.test(message))
      return { state: "passing", rule: "none where 0 is good" };
    const count = /^(\d{1,9})(?: (?:found|open|total))?$/u.exec(message)?.[1];
    const some = /^([1-9]\d{0,8})(?:\+|[.\d]{0,4}k|,? (?:critical|high|medium|moderate|low))/u.exec(
      message,
    )?.[1];
    if (some !== undefined) return { state: otherwise, rule: `${some} or more where 0 is good` };
    if (count === undefined) return undefined;
    return {
      state: Number(count) === 0 ? "passing" : otherwise,
      rule: `${Number(count)} where 0 is good`,
    };
  };
}

function compare(
  value: number | undefined,
  least: number,
  name: string,
  unit: string,
): Verdict | undefined {
  if (value === undefined) return undefined;
  return value >= least
    ? { state: "passing", rule: `${name} ${value}${unit} is at least ${least}${unit}` }
    : { state: "warning", rule: `${name} ${value}${unit} is below ${least}${unit}` };
}

function percentOf(message: string): number | undefined {
  const figure = /^(\d{1,3}(?:[.,]\d{1,6})?)%$/u.exec(message)?.[1];
  const percent = figure === undefined ? undefined : Number(figure.replace(",", "."));
  return percent !== undefined && percent <= 100 ? percent : undefined;
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(" "));
}
