import Ajv from "ajv";
import { describe, expect, test } from "vitest";
import schema from "../../../crds/report.schema.json" with { type: "json" };
import type { Report } from "../../../crds/types/report.ts";
import { seededRandom } from "../../../runner/random.ts";
import { fittedReport, REPORT_LIMIT_BYTES, sizeOf } from "../../../runner/report.ts";

const isReport = new Ajv.Ajv({ formats: { "date-time": true } }).compile(schema);

const small: Report = {
  schemaVersion: 1,
  nonce: "0123456789abcdef0123456789abcdef",
  verdict: "Passed",
  verified: true,
  message: "2 pods killed.",
  startTime: "2026-01-01T00:00:00.000Z",
  completionTime: "2026-01-01T00:00:09.000Z",
  seed: 4294967295,
  events: { count: 12, sha256: "0".repeat(64) },
};

const target = (index: number, evidence: object) => ({
  apiVersion: "v1",
  kind: "Pod",
  namespace: "shop",
  name: `web-${index}`,
  uid: `00000000-0000-0000-0000-${String(index).padStart(12, "0")}`,
  outcome: "killed",
  evidence,
});

const targets = (count: number, evidence: object) =>
  Array.from({ length: count }, (_, index) => target(index, evidence));

describe("a report that is too large", () => {
  test("stays as it is while it fits", () => {
    const report = { ...small, targets: targets(3, { goneAfterMs: 12 }), results: { a: 1 } };
    expect(fittedReport(report)).toEqual(report);
  });

  test("first loses what is long or nested in evidence, and keeps its figures", () => {
    const evidence = { goneAfterMs: 12, log: "x".repeat(400) };
    const fitted = fittedReport({ ...small, targets: targets(10, evidence) });
    expect(fitted.targets).toHaveLength(10);
    expect(fitted.targets?.[9]?.evidence).toEqual({ goneAfterMs: 12, log: `${"x".repeat(63)}…` });
    const nested = fittedReport({
      ...small,
      targets: targets(10, { goneAfterMs: 12, list: Array(200).fill(7) }),
    });
    expect(nested.targets?.[0]?.evidence).toEqual({ goneAfterMs: 12 });
  });

  test("then loses targets from the end, and says how many", () => {
    const fitted = fittedReport({ ...small, targets: targets(500, {}) });
    const kept = fitted.targets?.length ?? 0;
    expect(kept).toBeGreaterThan(10);
    expect(fitted.targetsOmitted).toBe(500 - kept);
    expect(fitted.targets?.[0]?.name).toBe("web-0");
  });

  test("does not lose its evidence to results of any size", () => {
    const results = { small: 1, huge: "x".repeat(100_000) };
    const fitted = fittedReport({ ...small, results, targets: targets(2, { goneAfterMs: 12 }) });
    expect(fitted.results).toEqual({ small: 1 });
    expect(fitted.targets?.[1]?.evidence).toEqual({ goneAfterMs: 12 });
  });

  test("shortens the message last, and between characters", () => {
    const fitted = fittedReport({ ...small, message: "😀".repeat(5000) });
    expect(fitted.message).toMatch(/^(😀)+…$/u);
    expect(fitted.message.length).toBeLessThanOrEqual(1024);
  });
});

test("whatever goes in, what comes out is a report by its schema, in valid JSON, within the limit", () => {
  for (let seed = 0; seed < 60; seed++) {
    const fitted = fittedReport(anyReport(seededRandom(seed)));
    const json = JSON.stringify(fitted);
    expect(Buffer.byteLength(json)).toBeLessThanOrEqual(REPORT_LIMIT_BYTES);
    expect(sizeOf(JSON.parse(json))).toBe(Buffer.byteLength(json));
    expect(isReport(fitted), JSON.stringify(isReport.errors)).toBe(true);
    expect(fitted.nonce).toBe(small.nonce);
    expect(fitted.events).toEqual(small.events);
  }
});

function anyReport(random: () => number): Report {
  const text = (longest: number) => {
    const alphabet = ["a", '"', "\\", "\n", "\u0000", "é", "日", "😀", "\ud83d"];
    const length = Math.floor(random() * longest);
    return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join("");
  };
  const value = (depth: number): unknown => {
    const kind = Math.floor(random() * (depth > 0 ? 5 : 3));
    if (kind === 0) return Math.floor(random() * 1e9);
    if (kind === 1) return text(300);
    if (kind === 2) return null;
    const entries = Array.from({ length: Math.floor(random() * 6) }, () => value(depth - 1));
    return kind === 3 ? entries : Object.fromEntries(entries.map((one) => [text(20), one]));
  };
  const object = () => ({ one: value(3), [text(10)]: value(3) });
  const count = Math.floor(random() * 60);
  return {
    ...small,
    message: text(3000),
    results: object(),
    targets: Array.from({ length: count }, (_, index) => ({
      ...target(index, object()),
      name: `x${text(253)}`,
    })),
  };
}
