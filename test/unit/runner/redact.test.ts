import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MASK, redactorOf } from "../../../runner/redact.ts";

const password = `p'a"ss\\wörd/+?&=!`;
const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("a text", () => {
  const redactor = redactorOf([password]);

  test.each<[string, string]>([
    ["as it is", password],
    ["in JSON", JSON.stringify(password)],
    ["in JSON within JSON", JSON.stringify(JSON.stringify({ password }))],
    ["in JSON that Python wrote", `"p'a\\"ss\\\\w\\u00f6rd/+?&=!"`],
    ["in Python's repr()", `'p\\'a"ss\\\\wörd/+?&=!'`],
    ["quoted for a shell", `'p'"'"'a"ss\\wörd/+?&=!'`],
    ["in a URL", `https://x/?q=${encodeURIComponent(password)}`],
    ["in a form", new URLSearchParams({ password }).toString()],
    ["in a URL with small digits", "p%27a%22ss%5cw%c3%b6rd%2f%2b%3f%26%3d%21"],
    ["in base64", base64(password)],
    ["in base64url", Buffer.from(password).toString("base64url")],
    ["in hexadecimal", Buffer.from(password).toString("hex")],
  ])("loses the secret %s", (_how, text) => {
    expect(redactor.text(`before ${text} after`)).toMatch(/^before .*\*{8}.* after$/);
    expect(redactor.text(text)).not.toMatch(/ss.{1,4}w/);
    expect(redactor.isIn({ deep: [text] })).toBe(true);
  });

  test("loses the secret in the base64 of something longer, wherever in it", () => {
    for (const before of ["", "u", "us", "use", "user:"]) {
      const found = redactor.text(`Basic ${base64(`${before}${password}@host`)}`);
      expect(found).toContain(MASK);
      const shown = found.replace("Basic ", "").split(MASK);
      for (const rest of shown) {
        expect(Buffer.from(rest, "base64").toString("latin1")).not.toMatch(/p'a|a"ss|rd\/\+/);
      }
    }
  });

  test("keeps what is no secret, as it was", () => {
    const text = `{"a": "pass", "b": [1, "wörd"]}\r\n`;
    expect(redactor.text(text)).toBe(text);
    expect(redactor.isIn(text)).toBe(false);
    expect(redactorOf([]).text(text)).toBe(text);
  });
});

describe("a secret of several lines", () => {
  const key = "-----BEGIN KEY-----\nMIIEvQIBADANBg\n  kqhkiG9w0BAQE==\n}\n-----END KEY-----\n";
  const redactor = redactorOf([key]);

  test("is gone as a whole, and from lines that come one by one", () => {
    expect(redactor.text(`key: ${key}.`)).toBe(`key: ${MASK}.`);
    expect(key.split("\n").map(redactor.text)).toEqual([MASK, MASK, MASK, "}", MASK, ""]);
  });

  test("is gone where base64 was broken into lines", () => {
    const long = `${key}${key}`;
    const lines = base64(long).match(/.{1,76}/g) ?? [];
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(redactorOf([long]).text(line)).toBe(MASK);
  });
});

test("strings in a secret that is JSON are secrets", () => {
  const redactor = redactorOf(['{"user": "somebody", "keys": ["k-1234"], "port": 80}']);
  expect(redactor.text("somebody has k-1234 on 80")).toBe(`${MASK} has ${MASK} on 80`);
});

test("of secrets that overlap nothing remains", () => {
  const redactor = redactorOf(["abcdef", "defghi", "abc", "xyz"]);
  expect(redactor.text("-abcdefghi-abcxyz-xy-")).toBe(`-${MASK}-${MASK}${MASK}-xy-`);
});

test("blank lines and blank values hide nothing", () => {
  expect(redactorOf(["     ", "", "one\n\n     \ntwo"]).text("a     b\n\n")).toBe("a     b\n\n");
});

test("JSON keeps its shape", () => {
  const redactor = redactorOf(["314159", "hunter2"]);
  const value = {
    list: ["is hunter2", 1, null, true, { hunter2: "x" }],
    number: 3141592,
    other: 27182,
  };
  expect(redactor.json(value)).toEqual({
    list: [`is ${MASK}`, 1, null, true, { [MASK]: "x" }],
    number: MASK,
    other: 27182,
  });
  expect(redactor.isIn(value)).toBe(true);
  expect(redactor.isIn({ list: ["is hunter", 1, null] })).toBe(false);
});

test("whatever the values are, none is left, and no text between them is lost", () => {
  const secret = fc.string({ minLength: 3, maxLength: 30, unit: "grapheme" }).filter(isSecret);
  fc.assert(
    fc.property(fc.array(secret, { minLength: 1, maxLength: 5 }), (secrets) => {
      const redactor = redactorOf(secrets);
      for (const one of secrets) {
        for (const text of [one, JSON.stringify(one), encodeURIComponent(one), base64(one)]) {
          const shown = redactor.text(`<${text}>`);
          expect(shown).toContain(MASK);
          for (const other of secrets) expect(shown.split(MASK)).not.toContain(other);
        }
      }
    }),
  );
});

const isSecret = (text: string) =>
  text.trim().length >= 3 && text.isWellFormed() && !"********".includes(text);
