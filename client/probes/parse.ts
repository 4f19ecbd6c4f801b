import { LineCounter, parseDocument } from "yaml";
import { offsetOf } from "../manifests/position.ts";
import type { Problem } from "../manifests/problem.ts";
import type { FieldPath } from "../manifests/validate.ts";
import { Fields, type Note, oneOf, sortOf } from "./fields.ts";
import { CHECKS, readCheck } from "./parse-check.ts";
import { PHASES, type Phase, type Probe } from "./probe.ts";
import { ProbeError } from "./problem.ts";

const FIELDS = ["name", ...CHECKS, "when", "interval", "timeout", "failureThreshold"];
const MOST_PROBES = 50;
const LONGEST_TEXT = 262_144;
const NAME = /^[^\p{C}\p{Zl}\p{Zp}]{1,100}$/u;

const INTERVAL_MS = 2000;
const FAILURE_THRESHOLD = 3; // https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#configure-probes
/** A command has to start programs, and a condition is asked of a busy API server: slowness there says nothing of the application. */
const TIMEOUT_MS = { http: 1000, tcp: 1000, command: 10_000, condition: 10_000 };

/**
 * The probes of a YAML list, with their defaults. `source` is what it is called in messages: a path, or the input's name.
 *
 * @throws ProbeError with every problem, at its line and column.
 */
export function parseProbes(
  text: string,
  { source, isInline = false }: { source: string; isInline?: boolean },
): Probe[] {
  const problems: Problem[] = [];
  const { value, positionOf } = readYaml(text, { source, isInline });
  const note: Note = (path, message) => problems.push({ message, position: positionOf(path) });
  const items = readList(value, note).map((item, index) => readProbe(item, [index], note));
  for (const [index, { name }] of items.entries()) {
    const earlier = items.findIndex((each) => each.name === name);
    if (name === undefined || earlier === index) continue;
    const where = `${source}:${positionOf([earlier, "name"]).line}`;
    note([index, "name"], `name "${name}" is taken already, at ${where}; give each its own.`);
  }
  if (problems.length > 0) throw new ProbeError(problems);
  return items.flatMap(({ probe }) => probe ?? []);
}

function readYaml(text: string, { source, isInline }: { source: string; isInline: boolean }) {
  const lineCounter = new LineCounter();
  const at = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    const place = { file: source, line: Math.max(line, 1), column: Math.max(col, 1) };
    return isInline ? { ...place, isInline: true as const } : place;
  };
  const fail = (what: string, offset = 0): never => {
    throw new ProbeError([{ message: what, position: at(offset) }]);
  };
  if (text.length > LONGEST_TEXT) {
    fail(`there are ${text.length} characters; expected at most ${LONGEST_TEXT}.`);
  }
  try {
    const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: "error" });
    // What follows the first is often but its consequence.
    const syntax = document.errors[0] ?? document.warnings[0];
    if (syntax?.code === "MULTIPLE_DOCS") {
      fail("a second document begins here; expected one list.", syntax.pos[0]);
    }
    if (syntax) fail(`this is not YAML: ${syntax.message}`, syntax.pos[0]);
    const value: unknown = document.toJS();
    return { value, positionOf: (path: FieldPath) => at(offsetOf(document, path)) };
  } catch (error) {
    if (error instanceof ProbeError) throw error;
    // Too deep, or aliases that would grow without bound.
    return fail(`this cannot be read as YAML: ${(error as Error).message}`);
  }
}

function readList(value: unknown, note: Note): unknown[] {
  const expected = `expected a list of probes, each beginning with "- name:"`;
  if (!Array.isArray(value)) note([], `this is ${sortOf(value)}; ${expected}.`);
  else if (value.length === 0) note([], `this is an empty list; ${expected}.`);
  else if (value.length <= MOST_PROBES) return value;
  else note([], `these are ${value.length} probes; expected at most ${MOST_PROBES}.`);
  return [];
}

/** The probe is undefined where something is wrong with it; then that was noted. */
function readProbe(
  value: unknown,
  path: FieldPath,
  note: Note,
): { name?: string | undefined; probe?: Probe } {
  const fields = Fields.of(value, { path, known: FIELDS, note });
  if (!fields) return {};
  const name = fields.text("name", {
    pattern: NAME,
    expected: "1 to 100 characters on one line that tell the probe from others.",
    required: true,
  });
  const check = readCheck(fields, note);
  const when = readWhen(fields, note);
  const intervalMs = fields.durationMs("interval", { min: "100ms", max: "10m" }) ?? INTERVAL_MS;
  const timeoutMs = fields.durationMs("timeout", { min: "100ms", max: "10m" });
  const failureThreshold = fields.integer("failureThreshold", { min: 1, max: 1000 });
  if (name === undefined || !check) return { name };
  const probe = {
    ...{ name, check, when, intervalMs },
    timeoutMs: timeoutMs ?? TIMEOUT_MS[check.kind],
    failureThreshold: failureThreshold ?? FAILURE_THRESHOLD,
  };
  return { name, probe };
}

function readWhen(fields: Fields, note: Note): readonly Phase[] {
  const value = fields.value("when");
  if (value === undefined) return PHASES;
  if (!Array.isArray(value) || value.length === 0) {
    fields.refuse("when", `a list of some of ${PHASES.join(", ")}, for example [before, during].`);
    return PHASES;
  }
  value.forEach((word, index) => {
    const path = [...fields.path, "when", index];
    const shownWord = JSON.stringify(String(word).slice(0, 80));
    if (!PHASES.includes(word))
      note(path, `when[${index}] is ${shownWord}; expected ${oneOf(PHASES, word)}`);
    else if (value.indexOf(word) < index)
      note(path, `when[${index}] is ${shownWord} again; name each once.`);
  });
  return PHASES.filter((phase) => value.includes(phase));
}
