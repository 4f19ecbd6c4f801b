/** From this many bytes on, an encoding of a secret is long enough to be no chance match. */
const ENCODED_FROM_BYTES = 5;
/** Lengths at which programs break lines of base64: MIME and base64(1), PEM. */
const BASE64_LINES = [76, 64];

/** A text as programs write it when they escape or encode it, and as it is. Each form has at least 3 characters if the text has. */
export function disguises(text: string): string[] {
  const escaped = [text, json(text), json(json(text)), asciiJson(text), python(text), shell(text)];
  const isLong = Buffer.byteLength(text) >= ENCODED_FROM_BYTES;
  const encoded = isLong ? [...base64(text), ...hexadecimal(text)] : [exactBase64(text)];
  const urlSafe = encoded.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"));
  return [...new Set([...escaped, ...urls(text), ...encoded, ...urlSafe])];
}

function json(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** As Python's json module does it: https://docs.python.org/3/library/json.html#json.dump, ensure_ascii. */
function asciiJson(text: string): string {
  return json(text).replace(/[^\0-\x7e]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** As Python's repr() writes a string in single quotes. */
function python(text: string): string {
  return json(text).replaceAll('\\"', '"').replaceAll("'", "\\'");
}

/** As Python's shlex.quote() does it. */
function shell(text: string): string {
  return text.replaceAll("'", `'"'"'`);
}

/** With and without the characters that encoders differ in; in both cases of hexadecimal digits. */
function urls(text: string): string[] {
  const whole = encodeURIComponent(text.toWellFormed());
  const strict = whole.replace(/[!'()*]/g, (character) => `%${hex(character)}`);
  const forms = [whole, strict].flatMap((form) => [
    form,
    form.replaceAll("%2F", "/"),
    form.replaceAll("%20", "+"),
    form.replaceAll("%20", "+").replaceAll("%2F", "/"),
  ]);
  return forms.flatMap((form) => [form, form.replace(/%../g, (code) => code.toLowerCase())]);
}

function hexadecimal(text: string): string[] {
  return [hex(text), hex(text).toLowerCase()];
}

function hex(text: string): string {
  return Buffer.from(text).toString("hex").toUpperCase();
}

function exactBase64(text: string): string {
  return Buffer.from(text).toString("base64");
}

/**
 * In base64 three bytes become four characters, so a text within a longer one looks different by where it begins. Of each of the
 * three ways, those characters that depend on the text alone; and the lines of the text that was encoded by itself.
 */
function base64(text: string): string[] {
  const whole = exactBase64(text);
  const bytes = Buffer.from(text);
  const shifted = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    const end = Math.floor(((offset + bytes.length) * 8) / 6);
    return encoded.slice(Math.ceil((offset * 8) / 6), end);
  });
  const lines = BASE64_LINES.flatMap((length) =>
    whole.length > length ? (whole.match(new RegExp(`.{1,${length}}`, "g")) ?? []) : [],
  ).filter((line) => line.length >= ENCODED_FROM_BYTES);
  return [whole, whole.replace(/=+$/, ""), ...shifted, ...lines];
}
