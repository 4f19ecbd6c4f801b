import type { Evidence } from "../reading/read-badge.ts";
import type { Answer } from "./request.ts";

/** What the reader wants of the HTTP answer to a request for `asked`. */
export function evidenceOf({ url, httpStatus, body, headers }: Answer, asked = url): Evidence {
  const contentDisposition = headers["content-disposition"];
  const lastModified = headers["last-modified"];
  return {
    url: asked,
    ...(url === asked ? {} : { answeredBy: url }),
    httpStatus,
    body,
    ...(contentDisposition === undefined ? {} : { contentDisposition }),
    ...(lastModified === undefined ? {} : { lastModified }),
  };
}
