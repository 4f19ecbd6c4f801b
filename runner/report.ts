import type { Report } from "../crds/types/report.ts";

/** The kubelet keeps 4,096 bytes of a termination message; the rest is room for what it adds. */
export const REPORT_LIMIT_BYTES = 3891;
const MESSAGE_LIMIT = 1024; // crds/report.schema.json
const TARGETS_LIMIT = 32; // crds/report.schema.json
const RESULTS_LIMIT_BYTES = 1024;

/**
 * The report as far as it fits into `limitBytes` of JSON: first results beyond their share, then evidence in growing steps,
 * then targets from the end (counted in targetsOmitted), then all results, then the message's end. Times, the verdict, the
 * nonce and the digest of the events always stay.
 */
export function fittedReport(report: Report, limitBytes = REPORT_LIMIT_BYTES): Report {
  let fitted: Report = { ...report, message: shortened(report.message, MESSAGE_LIMIT) };
  if (report.results) fitted.results = fittingFields(report.results, RESULTS_LIMIT_BYTES);
  fitted = withTargets(fitted, TARGETS_LIMIT);
  const fits = () => sizeOf(fitted) <= limitBytes;
  for (const shrink of [shortTexts, scalarsOnly, noEvidence]) {
    if (fits()) return fitted;
    fitted = withEvidence(fitted, shrink);
  }
  while (!fits() && (fitted.targets?.length ?? 0) > 0)
    fitted = withTargets(fitted, (fitted.targets?.length ?? 0) - 1);
  if (!fits()) {
    const { results: _, ...rest } = fitted;
    fitted = rest;
  }
  for (let length = MESSAGE_LIMIT; !fits() && length > 0; length = Math.floor(length / 2))
    fitted = { ...fitted, message: shortened(fitted.message, length) };
  return fitted;
}

/** The bytes that the report takes as JSON. */
export function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value), "utf8");
}

/** At most `length` code units of the text, never cut within a character; an ellipsis shows that some is missing. */
function shortened(text: string, length: number): string {
  if (text.length <= length) return text.toWellFormed();
  return `${text
    .slice(0, length - 1)
    .toWellFormed()
    .replace(/\ufffd$/, "")}…`;
}

function withTargets(report: Report, count: number): Report {
  const { targets, targetsOmitted = 0 } = report;
  if (!targets || targets.length <= count) return report;
  return {
    ...report,
    targets: targets.slice(0, count),
    targetsOmitted: targetsOmitted + targets.length - count,
  };
}

type Evidence = Record<string, unknown>;

function withEvidence(
  report: Report,
  shrink: (evidence: Evidence) => Evidence | undefined,
): Report {
  if (!report.targets) return report;
  const targets = report.targets.map(({ evidence, ...target }) => {
    const smaller = evidence && shrink(evidence as Evidence);
    return smaller ? { ...target, evidence: smaller } : target;
  });
  return { ...report, targets };
}

function shortTexts(evidence: Evidence): Evidence {
  return mapValues(evidence, (value) => (typeof value === "string" ? shortened(value, 64) : value));
}

function scalarsOnly(evidence: Evidence): Evidence {
  const scalars = Object.entries(evidence).filter(
    ([, value]) => typeof value !== "object" || value === null,
  );
  return Object.fromEntries(scalars);
}

function noEvidence(): undefined {
  return undefined;
}

function fittingFields(results: object, limitBytes: number): Evidence {
  const kept: Evidence = {};
  for (const [key, value] of Object.entries(results)) {
    if (sizeOf({ ...kept, [key]: value }) <= limitBytes) kept[key] = value;
  }
  return kept;
}

function mapValues(object: Evidence, change: (value: unknown) => unknown): Evidence {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
