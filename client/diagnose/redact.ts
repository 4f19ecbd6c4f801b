import { patternsOf } from "./known-values.ts";
import { isSensitiveVariable, REDACTED, SENSITIVE_END } from "./sensitive.ts";

const LONGEST_LINE = 32_768;
/** Of a private key whose end never comes, so that one line cannot hide a whole log. */
const LONGEST_KEY_LINES = 200;

const BEGIN_KEY = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z0-9 ]*-----/;
const END_KEY = /-----END [A-Z0-9 ]*PRIVATE KEY[A-Z0-9 ]*-----/;
const NAMED = new RegExp(
  String.raw`(?<![\w.-])([\w.-]{0,80}${SENSITIVE_END})(\\*["']?\s*[:=]\s*)("(?:\\.|[^"\\])*"?|'(?:''|[^'])*'?|\\+"(?:\\.|[^"\\])*|[^\s"',;&}\])]+)`,
  "gi",
);
/** A field of YAML or a variable of a file that ends with its line: then all of that is its value. */
const NAMED_LINE = new RegExp(
  String.raw`^(\s*(?:- |export )?["']?[\w./-]{0,120}${SENSITIVE_END}["']?(?::\s+|\s*=\s*))([^"'\s{[].*)$`,
  "i",
);
const BLOCK = /^[|>][-+0-9]*\s*$/;
/** Values that are no secret, or that are said elsewhere. */
const HARMLESS = /^["']?(?:true|false|null|none|~|<[^>]*>|\$\([^)]*\)|\[.*|\{.*|\\*)["']?$/i;
const VARIABLE = /"(\w{1,200})=((?:\\.|[^"\\])*)"/g;
/** A flag alone on its line, whose value is the next one, as in JSON and YAML. */
const FLAG_ALONE = /^\s*(?:- )?["']?--?[\w-]{0,60}(?:token|password|secret|key)["']?,?\s*$/i;
const NAME_FIELD = /["']?\bname["']?\s*:\s*["']?([\w.-]{1,200})/i;
const VALUE_FIELD = /(["']?\bvalue["']?\s*:\s*)("(?:\\.|[^"\\])*"|'(?:''|[^'])*'|[^,}\s].*)/i;

/** Shapes that are secrets wherever they stand. Each is bounded, so that no line takes long. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  // RFC 9110, 11.6.2: a scheme and credentials
  [
    /(authorization\\*["']?\s*[:=]\s*\\*["']?)(?:[a-z-]{1,20}\s+)?[^\s"',\\]{1,8192}/gi,
    `$1${REDACTED}`,
  ],
  [/((?:set-)?cookie\\*["']?\s*:\s*).*/gi, `$1${REDACTED}`],
  [/(\s-u\s?[^\s:]{1,100}:)\S+/g, `$1${REDACTED}`],
  // JSON Web Tokens: RFC 7519; also one that was cut.
  [/\beyJ[\w-]{8,8192}(?:\.[\w-]{0,8192}){0,2}/g, REDACTED],
  [/\b(bearer|basic)(\s+)[\w.~+/=-]{16,8192}/gi, `$1$2${REDACTED}`],
  // RFC 3986, userinfo
  [/([a-z][a-z0-9+.-]{1,30}:\/\/)[^\s/:@"'<>]{0,200}:[^\s/"'<>]{1,500}@/gi, `$1${REDACTED}@`],
  // https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/#token-format
  [/\b[a-z0-9]{6}\.[a-z0-9]{16}\b/g, REDACTED],
  // https://docs.github.com/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
  [/\b(?:gh[pousr]_[A-Za-z0-9_.-]{16,512}|github_pat_\w{16,255}|glpat-[\w-]{16,255})/g, REDACTED],
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, REDACTED],
  [/\b(?:xox[abeprs]-|npm_|sk-|AIza)[\w-]{20,255}/g, REDACTED],
  [
    /(--[a-z-]{0,60}(?:token|password|secret|key)["']?(?:=|\s+|,\s*)["']?)[^\s"',]+/gi,
    `$1${REDACTED}`,
  ],
];
/** A line of a key, or its like: long base64 that is neither a digest nor a path. */
const LONG_BASE64 = /[A-Za-z0-9+/]{60,}={0,2}/g;

/** Takes the secrets out of texts. It knows the values that it was given, and the shapes and names that secrets have. */
export class Redactor {
  readonly #known: readonly RegExp[];

  constructor(values: Iterable<string>) {
    this.#known = patternsOf(values);
  }

  /** The whole text, line by line. */
  text(text: string): string {
    const redact = this.lines();
    return text.split("\n").map(redact).filter(isKept).join("\n");
  }

  /**
   * A function that takes the lines of one text in their order, and gives each back as it may be shown, or undefined for those
   * within a secret of many lines. A line of more than 32 KiB is cut.
   */
  lines(): (line: string) => string | undefined {
    let keyLines = 0;
    let blockIndent = -1;
    let isSecretNext = false;
    let isFlagBefore = false;
    return (raw) => {
      const line = cutLine(raw);
      if (keyLines > 0) {
        keyLines = END_KEY.test(line) ? 0 : keyLines - 1;
        return undefined;
      }
      if (blockIndent >= 0) {
        if (line.trim() === "" || indentOf(line) > blockIndent) return undefined;
        blockIndent = -1;
      }
      const begin = BEGIN_KEY.exec(line);
      if (begin && !END_KEY.test(line.slice(begin.index))) {
        keyLines = LONGEST_KEY_LINES;
        return this.#line(line.slice(0, begin.index)) + REDACTED;
      }
      const named = NAMED_LINE.exec(line);
      if (named && BLOCK.test(named[2] ?? "")) {
        blockIndent = indentOf(line);
        return `${named[1]}${REDACTED}`;
      }
      if (isFlagBefore) {
        isFlagBefore = false;
        return line.replace(/^(\s*(?:- )?).*?(,?)$/, `$1"${REDACTED}"$2`);
      }
      isFlagBefore = FLAG_ALONE.test(line);
      const isValue = isSecretNext || isSensitiveVariable(NAME_FIELD.exec(line)?.[1] ?? "");
      isSecretNext = isNameAlone(line);
      const value = isValue ? VALUE_FIELD.exec(line) : null;
      if (value && BLOCK.test(value[2] ?? "")) blockIndent = indentOf(line);
      return this.#line(value ? line.replace(VALUE_FIELD, `$1"${REDACTED}"`) : line);
    };
  }

  #line(line: string): string {
    let text = line;
    for (const known of this.#known) text = text.replace(known, REDACTED);
    text = text.replace(
      /-----BEGIN [A-Z0-9 ]*PRIVATE KEY.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY[A-Z0-9 ]*-----|$)/g,
      REDACTED,
    );
    for (const [shape, instead] of SHAPES) text = text.replace(shape, instead);
    text = text.replace(VARIABLE, (all, name: string) =>
      isSensitiveVariable(name) ? `"${name}=${REDACTED}"` : all,
    );
    text = text.replace(NAMED_LINE, (all, head: string, value: string) =>
      HARMLESS.test(value.trim()) ? all : `${head}${REDACTED}`,
    );
    text = text.replace(NAMED, (all, name: string, between: string, value: string) => {
      if (HARMLESS.test(value)) return all;
      const [quote = ""] = /^\\*["']/.exec(value) ?? [];
      return `${name}${between}${quote}${REDACTED}${quote}`;
    });
    return text.replace(LONG_BASE64, (run) =>
      /[A-Z]/.test(run) && /[a-z]/.test(run) && /[0-9]/.test(run) ? REDACTED : run,
    );
  }
}

function isKept(line: string | undefined): line is string {
  return line !== undefined;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** Whether the line names a variable that may be secret and its value is to come, as in lists of a container's variables. */
function isNameAlone(line: string): boolean {
  const [, name = ""] =
    /^\s*(?:- )?["']?name["']?\s*:\s*["']?([\w.-]+)["']?,?\s*$/i.exec(line) ?? [];
  return isSensitiveVariable(name);
}

/** What is cut off may have a part of a secret before it, so the last word goes as well. */
function cutLine(line: string): string {
  const text = line.replace(/\r$/, "");
  if (text.length <= LONGEST_LINE) return text;
  let end = LONGEST_LINE;
  while (end > 0 && !/[\s"',]/.test(text.charAt(end - 1))) end -= 1;
  return `${text.slice(0, end)} [cut: ${text.length} characters]`;
}
