import { expect, test } from "vitest";
import { parseConfig } from "../../../board/config/parse-config.ts";
import { importList } from "../../../board/import/import-list.ts";

const PROXY = "https://cors-anywhere.herokuapp.com/";

function imported(source: string) {
  const findPicture = (path: string) => (path === "img/logo.png" ? "old/img/logo.png" : undefined);
  const list = importList(source, { path: "badges_list.js", findPicture });
  return { ...list, config: parseConfig(list.yaml, "/board/badges.yaml") };
}

test("a list becomes a configuration, in the order of its places, with a note for all that is left out", () => {
  const { config, notes, badges, widgets } = imported(`
var proxy = '${PROXY}';
var badges = [
{ type: 'badge', size: {x: 1, y: 2}, position: {x: 2, y: 2}, uri: proxy + 'https://ci.example/b.svg?event=push',
  title: "Build", description: 'Image', link: 'http://ci.example', measure: {x: 175, y: 5}, colors: [['good', '1,2,3']] },
{ type: 'text', size: {x: 2, y: 1}, position: {x: 1, y: 1}, title: 'Shop', subtitle: 'CI', description: 'Jobs', color: 'blue' },
{ type: 'badge', position: {x: 1, y: 2}, uri: \`https://ci.example/\${'a'}.svg\`, title: 'Build', description: 'Docs' },
{ type: 'picture', size: {x: 2, y: 1}, position: {x: 3, y: 1}, src: 'img/logo.png' },
{ type: 'clock', size: {x: 3, y: 2}, position: {x: 5, y: 1} },
];`);
  expect(config.widgets).toEqual([
    { kind: "text", title: "Shop", text: "CI\nJobs", size: "wide" },
    { kind: "picture", file: "/board/old/img/logo.png", alt: "logo", size: "wide" },
    { kind: "clock", size: "large" },
  ]);
  expect(config.groups).toMatchObject([
    {
      name: "Badges",
      badges: [
        { label: "Build: Docs", badge: "https://ci.example/a.svg", description: "Docs" },
        {
          label: "Build: Image",
          badge: "https://ci.example/b.svg?event=push",
          link: "http://ci.example",
          size: "tall",
        },
      ],
    },
  ]);
  expect(badges).toBe(2);
  expect(widgets).toBe(3);
  expect(notes).toEqual([
    "line 4: the proxy before the address is left out: badges are fetched directly",
    "line 5: measure is left out: a badge's words decide what it means (use map for your own ones)",
    "line 5: colors is left out: a badge's words decide what it means (use map for your own ones)",
    "line 6: color is left out: colours follow from the state",
    "line 8: alt is the file's name: write what the picture shows",
    "line 9: size is cut to two cells each way",
  ]);
});

test("nothing in the file is run, and what only running it could tell is noted with its line", () => {
  const { config, notes } = imported(`
globalThis.wasRun = true;
const where = (() => { throw new Error("was run"); })();
window.badges = [
  { title: 'one', uri: 'https://ci.example/one.svg', description: where, ...where, extra: 1 },
  { title: 'two', uri: location.href },
  { title: 'three', uri: 'javascript:alert(1)' },
  { title: 'four', uri: 'https://user:password@ci.example/four.svg' },
  { type: 'video', title: 'five' },
  { type: 'picture', src: 'https://elsewhere.example/x.png' },
  make(),
];`);
  expect(globalThis).not.toHaveProperty("wasRun");
  expect(config.groups[0]?.badges).toEqual([{ label: "one", badge: "https://ci.example/one.svg" }]);
  expect(notes).toEqual([
    "line 5: description is left out, because it is no text that stands in the file",
    "line 5: ... is left out, because it is not known",
    "line 5: extra is left out, because it is not known",
    "line 6: uri is left out, because it is no text that stands in the file",
    "lines 6, 7, 8: the entry is left out, because it has no uri that can be used",
    "lines 7, 8: uri is left out, because it is no http(s) address without a password",
    'line 9: the entry is left out, because there is no widget "video"',
    "line 10: the picture is left out, because there is no file https://elsewhere.example/x.png beside the list or above it",
    "line 11: the entry is left out, because it is no object that stands in the file",
  ]);
  expect(notes.join()).not.toContain("password@");
});

test.each([
  ["the badges of a module", "export default [{ uri: 'https://ci.example/a.svg' }]"],
  ["the only list there is", "let mine = [{ uri: 'https://ci.example/a.svg' }], other = [1]"],
  [
    "a title that looks like other YAML",
    "var badges = [{ title: 'yes: {', uri: 'https://ci.example/a.svg' }]",
  ],
  [
    "a title that changes the prototype",
    "var badges = [{ __proto__: 1, title: '__proto__', uri: 'https://ci.example/a.svg' }]",
  ],
  [
    "three of one name",
    `var badges = [${"{ title: 'a', uri: 'https://ci.example/a.svg' },".repeat(3)}]`,
  ],
])("%s is taken over", (_name, source) => {
  expect(imported(source).config.groups[0]?.badges[0]?.badge).toBe("https://ci.example/a.svg");
});

test.each([
  ["no JavaScript", "badges: [", "is not valid JavaScript"],
  ["no list", "var badge = 1", 'no array of objects, expected one named "badges"'],
  ["two lists", "var a = [{}], b = [{}]", "2 arrays of objects"],
  ["no badge", "var badges = [{ type: 'clock' }]", "it has no badge that can be used"],
  ["nothing but brackets", "[".repeat(200_000), "Not enough stack space"],
  [
    "a deep sum",
    `var badges = [{ title: ${"'a' + ".repeat(20_000)}'b', uri: 'https://ci.example/a.svg' }]`,
    "Not enough stack space",
  ],
])("a file with %s is refused with its name", (_name, source, message) => {
  expect(() => imported(source)).toThrow(`Cannot import badges_list.js: `);
  expect(() => imported(source)).toThrow(message);
});
