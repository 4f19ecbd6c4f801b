import { type Document, LineCounter, parseDocument } from "yaml";
import { checkForm } from "./check-form.ts";
import { checkMeaning } from "./check-meaning.ts";
import type { BoardConfig } from "./config.ts";
import { fillIn, trimmed } from "./fill-in.ts";
import { ConfigError, Places, type Problem } from "./problems.ts";
import { isTooDeep } from "./too-deep.ts";
import type { WrittenConfig } from "./written.ts";

export { ConfigError };

/** A configuration with what is doubtful in it. */
export interface CheckedConfig {
  readonly config: BoardConfig;
  readonly warnings: readonly Problem[];
}

/**
 * Reads a board's configuration from YAML. `path` names the file in messages, and other files are taken relative
 * to it. Throws ConfigError with all problems at once, each with its line and its path.
 */
export function parseConfig(yaml: string, path: string): BoardConfig {
  return checkConfig(yaml, path).config;
}

/** As parseConfig(), with warnings about what has no effect. */
export function checkConfig(yaml: string, path: string): CheckedConfig {
  const lines = new LineCounter();
  const document = parsed(yaml, path, lines);
  const places = new Places(document, lines);
  const value = contentOf(document, path) ?? undefined;
  const problems = checkForm(value, places);
  if (problems.length > 0) throw ConfigError.of(path, problems);
  const written = trimmed(value) as WrittenConfig; // it has the schema's form
  const meaning = checkMeaning(written, places);
  if (meaning.problems.length > 0) throw ConfigError.of(path, meaning.problems);
  return { config: fillIn(written, path), warnings: meaning.warnings };
}

const LONGEST_FILE = 8_000_000; // characters; 10,000 badges take about 2,000,000

function parsed(yaml: string, path: string, lines: LineCounter): Document {
  const fault = (text: string) => ConfigError.of(path, [{ line: 1, text }]);
  if (yaml.length > LONGEST_FILE) {
    throw fault(`the file has ${yaml.length} characters, the most is ${LONGEST_FILE}`);
  }
  if (isTooDeep(yaml))
    throw fault("the file is nested too deeply, expected lists of groups of badges");
  const document = parseDocument(yaml, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
  });
  if (document.errors.length === 0) return document;
  throw ConfigError.of(
    path,
    document.errors.map(({ pos, message }) => {
      const text = `the file is not valid YAML: ${message}`;
      return { line: Math.max(1, lines.linePos(pos[0]).line), text };
    }),
  );
}

/** A document's value. An alias that stands for very much (https://en.wikipedia.org/wiki/Billion_laughs_attack) is refused. */
function contentOf(document: Document, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const text = "the file's aliases stand for too much, expected less than 100 copies";
    throw ConfigError.of(path, [{ line: 1, text }]);
  }
}
