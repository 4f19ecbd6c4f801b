import { type Document, isScalar, LineCounter, parseAllDocuments } from "yaml";
import { type PystolAction, pystolActions } from "../../kubernetes/resources.ts";
import { nearest } from "../nearest.ts";
import { offsetOf } from "./position.ts";
import type { Position, Problem } from "./problem.ts";
import type { FieldPath, Validate } from "./validate.ts";

/** An action as an author wrote it, and where each of its fields stands. */
export interface Manifest {
  action: PystolAction;
  /** The path of its file; undefined if it is from no file. */
  file?: string;
  /** Where the field is or, if the author left it out, the nearest that holds it. */
  positionOf(path: FieldPath): Position;
}

/**
 * The PystolActions of one text of YAML, in any number of documents, and everything that is wrong with them. An action without
 * a namespace gets `namespace`. `file` is what places are said to be in, a path unless `isInline`.
 */
export function parseManifests(
  text: string,
  options: { file: string; isInline?: boolean; namespace: string; validate: Validate },
): { manifests: Manifest[]; problems: Problem[] } {
  const lineCounter = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    const place = { file: options.file, line, column: col };
    return options.isInline ? { ...place, isInline: true } : place;
  };
  const documents = parseAllDocuments(text, { lineCounter, prettyErrors: false });
  const manifests: Manifest[] = [];
  const problems: Problem[] = [];
  for (const document of Array.isArray(documents) ? documents : []) {
    const [syntax] = document.errors;
    if (syntax) {
      problems.push({
        message: `this is not YAML: ${syntax.message}`,
        position: at(syntax.pos[0]),
      });
      continue;
    }
    if (isEmpty(document)) continue;
    const positionOf = (path: FieldPath) => at(offsetOf(document, path));
    let value: unknown;
    try {
      value = document.toJS();
    } catch (error) {
      problems.push({
        message: `this is not YAML: ${(error as Error).message}`,
        position: positionOf([]),
      });
      continue;
    }
    const wrongKind = problemOfKind(value);
    const found = wrongKind ? [wrongKind] : options.validate(value);
    problems.push(...found.map(({ message, path }) => ({ message, position: positionOf(path) })));
    if (found.length > 0) continue;
    const action = value as PystolAction;
    const metadata = {
      ...action.metadata,
      namespace: action.metadata.namespace ?? options.namespace,
    };
    const origin = options.isInline ? {} : { file: options.file };
    manifests.push({ action: { ...action, metadata }, positionOf, ...origin });
  }
  if (manifests.length === 0 && problems.length === 0) {
    problems.push({ message: `${options.file} holds no PystolAction.` });
  }
  return { manifests, problems };
}

function isEmpty(document: Document): boolean {
  return (
    document.contents === null || (isScalar(document.contents) && document.contents.value === null)
  );
}

function problemOfKind(value: unknown): { path: FieldPath; message: string } | undefined {
  const { apiVersion, kind } = (value ?? {}) as { apiVersion?: unknown; kind?: unknown };
  const expected = `only ${pystolActions.kind} of ${pystolActions.apiVersion} can be submitted`;
  if (typeof kind !== "string") return { path: [], message: `kind is missing; ${expected}.` };
  if (kind !== pystolActions.kind) {
    const near = nearest(kind, [pystolActions.kind]);
    const hint = near ? `; did you mean "${near}"?` : ".";
    return { path: ["kind"], message: `kind is ${JSON.stringify(kind)}; ${expected}${hint}` };
  }
  if (apiVersion === pystolActions.apiVersion) return undefined;
  const message = `apiVersion is ${JSON.stringify(apiVersion) ?? "missing"}; ${expected}.`;
  return { path: ["apiVersion"], message };
}
