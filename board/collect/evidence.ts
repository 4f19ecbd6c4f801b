import type { Evidence } from "../reading/read-badge.ts";
import type { Answer } from "./request.ts";

/** What the reader wants of an HTTP answer. */
export function evidenceOf({ httpStatus, body, headers }: Answer): Evidence {
  const contentDisposition = headers["content-disposition"];
  return { httpStatus, body, ...(contentDisposition === undefined ? {} : { contentDisposition }) };
}
