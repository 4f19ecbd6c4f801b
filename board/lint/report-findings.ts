import type { Finding } from "./lint-page.ts";
import { withoutSecrets } from "./parameters.ts";

/** The findings of one file. */
export interface FileFindings {
  readonly file: string;
  readonly findings: readonly Finding[];
}

export type Format = "text" | "json" | "github";

const WRITE: Readonly<Record<Format, (files: readonly FileFindings[]) => string>> = {
  text: asText,
  json: asJson,
  github: asAnnotations,
};

/** All findings as a text for people, as a JSON document, or as annotations of a GitHub workflow. No secret of an address is in it. */
export function reportFindings(files: readonly FileFindings[], format: Format): string {
  return WRITE[format](files);
}

function asText(files: readonly FileFindings[]): string {
  const blocks = files.flatMap(({ file, findings }) =>
    findings.map(({ line, column, rule, message, before, after }) => {
      const lines = [`${file}:${line}:${column}: ${message} (${rule})`, `  - ${shown(before)}`];
      return [...lines, ...(after === undefined ? [] : lineList(after))].join("\n");
    }),
  );
  return blocks.map((block) => `${block}\n`).join("");
}

const lineList = (text: string) => text.split("\n").map((line) => `  + ${shown(line)}`);

/** Without what a terminal would obey: a page may be a stranger's. */
function shown(line: string): string {
  return withoutSecrets(line).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "�");
}

function asJson(files: readonly FileFindings[]): string {
  const findings = files.flatMap(({ file, findings: all }) =>
    all.map(({ before, after, ...rest }) => ({
      file,
      ...rest,
      before: withoutSecrets(before),
      ...(after === undefined ? {} : { after: withoutSecrets(after) }),
    })),
  );
  return `${JSON.stringify({ schemaVersion: 1, findings }, null, 2)}\n`;
}

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#setting-a-warning-message */
function asAnnotations(files: readonly FileFindings[]): string {
  const lines = files.flatMap(({ file, findings }) =>
    findings.map(({ line, column, rule, message, after }) => {
      const place = `file=${property(file)},line=${line},col=${column},title=${property(rule)}`;
      const advice = after === undefined ? "" : `\nUse instead: ${withoutSecrets(after)}`;
      return `::warning ${place}::${data(`${message}${advice}`)}\n`;
    }),
  );
  return lines.join("");
}

const data = (text: string) =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

const property = (text: string) => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
