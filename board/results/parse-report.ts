import { formOf, JsonFormError, parseJson } from "../schema/parse-json.ts";
import schema from "../schema/results.schema.json" with { type: "json" };
import type { Report } from "./report.ts";

/** A results file that the board cannot show; the message is one sentence for its tile. */
export class ReportError extends Error {
  override readonly name = "ReportError";
}

export const REPORT_LIMIT_BYTES = 4 * 1024 * 1024;

const isReport = formOf<Report>(schema);

/** Reads a results.json written by a run. Throws ReportError. */
export function parseReport(text: string): Report {
  try {
    return parseJson(text, isReport);
  } catch (error) {
    if (!(error instanceof JsonFormError)) throw error;
    throw new ReportError(`these are no results of a Pystol run: ${error.message}`, {
      cause: error,
    });
  }
}
