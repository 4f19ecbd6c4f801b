/** What a body is by its first bytes, whatever its name or content type says. */
export type Content =
  | { readonly kind: "xml" | "json" | "html" | "text"; readonly text: string }
  | { readonly kind: "empty" }
  | { readonly kind: "binary"; readonly format: string };

const SIGNATURES: ReadonlyArray<readonly [format: string, bytes: readonly number[]]> = [
  ["PNG image", [0x89, 0x50, 0x4e, 0x47]],
  ["GIF image", [0x47, 0x49, 0x46, 0x38]],
  ["JPEG image", [0xff, 0xd8, 0xff]],
  ["gzip archive", [0x1f, 0x8b]],
  ["ZIP archive", [0x50, 0x4b, 0x03, 0x04]],
  ["PDF document", [0x25, 0x50, 0x44, 0x46]],
];

/** Tells SVG (as XML), JSON, HTML, text and binary formats apart, and decodes text by its BOM or as UTF-8. */
export function sniff(body: Uint8Array): Content {
  if (body.length === 0) return { kind: "empty" };
  const signature = SIGNATURES.find(([, bytes]) => bytes.every((byte, at) => body[at] === byte));
  if (signature !== undefined) return { kind: "binary", format: signature[0] };
  const text = new TextDecoder(encodingOf(body)).decode(body);
  const start = text.slice(0, 1024).trimStart().toLowerCase();
  if (start === "") {
    return text.trim() === "" ? { kind: "empty" } : { kind: "text", text };
  }
  if (start.startsWith("<!doctype html") || start.startsWith("<html"))
    return { kind: "html", text };
  if (start.startsWith("<")) return { kind: "xml", text: text.trimStart() };
  if (start.startsWith("{") || start.startsWith("[")) return { kind: "json", text };
  if (text.includes("\0")) return { kind: "binary", format: "binary file" };
  return { kind: "text", text };
}

/** https://www.w3.org/TR/xml/#sec-guessing, as far as badges go. */
function encodingOf(body: Uint8Array): string {
  if (body[0] === 0xff && body[1] === 0xfe) return "utf-16le";
  if (body[0] === 0xfe && body[1] === 0xff) return "utf-16be";
  const head = new TextDecoder("latin1").decode(body.subarray(0, 100));
  const declared = /^<\?xml[^>]*encoding=["'](iso-8859-1|windows-1252|us-ascii)["']/iu.exec(
    head,
  )?.[1];
  return declared?.toLowerCase() ?? "utf-8";
}
