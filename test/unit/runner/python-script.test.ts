import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scriptCommand } from "../../../runner/python-script.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pystol-"));
});
afterAll(() => rm(folder, { recursive: true }));

const START = "/plugins/start.py";
const commandOf = async (text: string) => {
  await writeFile(join(folder, "play"), text, { mode: 0o755 });
  return scriptCommand("play", { path: `/nowhere:${folder}`, start: START });
};

test.each(["#!/usr/bin/python3\nprint()", "#! /opt/venv/bin/python3.13\n"])(
  "a script of Python is started by start.py: %j",
  async (text) => {
    const [, interpreter] = /(\/\S+)/.exec(text) ?? [];
    expect(await commandOf(text)).toEqual([interpreter, START, join(folder, "play")]);
  },
);

test.each(["#!/bin/sh\n", "#!/usr/bin/env python3\n", "#!/usr/bin/python3 -E\n", "\x7fELF", ""])(
  "any other program is run as it is: %j",
  async (text) => {
    expect(await commandOf(text)).toEqual(["play"]);
  },
);

test("so is one that is not there, a folder, or no program", async () => {
  await writeFile(join(folder, "text"), "#!/usr/bin/python3\n", { mode: 0o644 });
  expect(await scriptCommand("text", { path: folder, start: START })).toEqual(["text"]);
  const where = { path: folder, start: START };
  expect(await scriptCommand("no-such", where)).toEqual(["no-such"]);
  await mkdir(join(folder, "dir"));
  expect(await scriptCommand("dir", where)).toEqual(["dir"]);
});
