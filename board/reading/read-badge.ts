import { readJson } from "./read-json.ts";
import { readSvg } from "./read-svg.ts";
import { sniff } from "./sniff.ts";
import type { Reading } from "./state.ts";
import { NotSvgError } from "./svg/parse-svg.ts";
import { judgeWords } from "./words/judge-words.ts";
import { comparable, tidy } from "./words/normalize.ts";
import { stateOfWhole } from "./words/vocabulary.ts";

/** What was got for a badge. The HTTP parts are missing for a file. */
export interface Evidence {
  readonly body: Uint8Array;
  readonly httpStatus?: number;
  /** The header's value; Travis CI and Netlify name the state there. */
  readonly contentDisposition?: string;
}

export const BODY_LIMIT_BYTES = 256 * 1024; // the largest badges with an embedded logo are near 60 KiB
const LONGEST_SHOWN = 120; // characters of a label or message
const LONGEST_TEXT = 100; // characters of a plain-text badge, for example Jenkins' /badge/text

/**
 * Decides what a badge says. Pure; never throws; work is linear in the size of the body; green is never guessed.
 * The order of evidence: HTTP status, kind of content, JSON fields, words, numbers under a known label,
 * Content-Disposition, ids and comments, exactly known colours; otherwise unknown.
 */
export function readBadge(evidence: Evidence): Reading {
  const reading = read(evidence);
  return {
    state: reading.state,
    label: shorten(reading.label),
    message: shorten(reading.message),
    rule: shorten(reading.rule),
  };
}

function read(evidence: Evidence): Reading {
  const { body, httpStatus = 200 } = evidence;
  if (body.length > BODY_LIMIT_BYTES) {
    return nothing(`size: more than ${BODY_LIMIT_BYTES / 1024} KiB, no badge is that large`);
  }
  const reading = readBody(evidence);
  if (httpStatus >= 200 && httpStatus < 300) return reading;
  return { ...reading, state: "unknown", rule: `http: the service answered ${httpStatus}` };
}

function readBody(evidence: Evidence): Reading {
  const content = sniff(evidence.body);
  switch (content.kind) {
    case "empty":
      return nothing("content: the body is empty");
    case "binary":
      return nothing(`content: a ${content.format} holds no words`);
    case "html":
      return nothing("content: an HTML page, often one to sign in, is no badge");
    case "json":
      return readJson(content.text);
    case "text":
      return readText(content.text);
    case "xml":
      return orByFileName(readXml(content.text), evidence.contentDisposition);
  }
}

function readXml(xml: string): Reading {
  try {
    return readSvg(xml);
  } catch (error) {
    if (!(error instanceof NotSvgError)) throw error;
    return nothing(`content: no SVG, ${tidy(error.message)}`);
  }
}

function readText(text: string): Reading {
  const message = tidy(text);
  const said = message.length <= LONGEST_TEXT ? judgeWords("", message) : undefined;
  if (said === undefined) return nothing("content: text that is not a status that we know");
  return { label: "", message, state: said.state, rule: `text: ${said.rule}` };
}

/** The name that a service gives its picture ("passing.svg"), for badges that draw their words. */
function orByFileName(reading: Reading, contentDisposition = ""): Reading {
  if (!reading.rule.startsWith("none: no words") && !reading.rule.startsWith("color:"))
    return reading;
  const name = /filename="?([\w.-]{1,80})"?/iu.exec(contentDisposition)?.[1] ?? "";
  const word = comparable(name.replace(/\.(?:svg|png)$/iu, ""));
  const state = stateOfWhole(word);
  return state === undefined || (state === "passing" && reading.state !== "unknown")
    ? reading
    : { label: "", message: word, state, rule: `filename: the service named it "${word}"` };
}

function nothing(rule: string): Reading {
  return { label: "", message: "", state: "unknown", rule };
}

function shorten(text: string): string {
  return text.length <= LONGEST_SHOWN
    ? text
    : `${text.slice(0, LONGEST_SHOWN - 1).toWellFormed()}…`;
}
