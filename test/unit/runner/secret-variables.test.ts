import { describe, expect, test } from "vitest";
import { type SecretData, secretVariables } from "../../../runner/secret-variables.ts";

const data = (values: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
  );
const secret = (name: string, values: Record<string, string>): SecretData => ({
  name,
  optional: false,
  data: data(values),
});
const purpose = { namespace: "shop", role: "killpods", extraVars: { port: 80 } };

test("each key of each Secret is a variable", () => {
  const secrets = [
    secret("one", { user: "ann", password: "hunter2\n" }),
    secret("two", { empty: "", token: "größer" }),
    { name: "three", optional: true, data: "absent" } as const,
  ];
  expect(secretVariables(secrets, purpose)).toEqual({
    user: "ann",
    password: "hunter2\n",
    empty: "",
    token: "größer",
  });
});

describe("is refused, with names and without a value:", () => {
  test.each<[string, SecretData[], RegExp]>([
    [
      "a Secret that is not there",
      [{ name: "gone", optional: false, data: "absent" }],
      /Secret shop\/gone, .* does not exist; create it or mark it optional/,
    ],
    [
      "a Secret that the role may not read, optional or not",
      [{ name: "closed", optional: true, data: "forbidden" }],
      /Secret shop\/closed, .* may not be read by the account of the role killpods/,
    ],
    ["a key that is no name", [secret("s", { "tls.key": "hunter2" })], /"tls\.key" .* is no name/],
    [
      "a key of spec.extraVars",
      [secret("s", { port: "hunter2" })],
      /"port" .* spec\.extraVars, too/,
    ],
    [
      "a key of two Secrets",
      [secret("a", { token: "hunter2" }), secret("b", { token: "hunter2" })],
      /"token" of the Secret shop\/b, .* is a key of the Secret shop\/a, too/,
    ],
    [
      "a value of two characters",
      [secret("s", { pin: "h2\n" })],
      /"pin" .* fewer than 3 characters/,
    ],
    [
      "a value that is no text",
      [{ name: "s", optional: false, data: { key: "/w==" } }],
      /"key" .* does not hold text in UTF-8/,
    ],
    ["more than the limit", [secret("s", { a: "hunter2".repeat(20_000) })], /hold 140000 bytes/],
  ])("%s", (_what, secrets, expected) => {
    const act = () => secretVariables(secrets, purpose);
    expect(act).toThrow(expected);
    expect(act).not.toThrow(/hunter2|h2\n/);
  });

  test("all problems at once", () => {
    const secrets = [secret("s", { "a-b": "hunter2", port: "hunter2" })];
    expect(() => secretVariables(secrets, purpose)).toThrow(/"a-b".* "port"/);
  });
});
