import { readdir, readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { languages } from "../../../board/languages/languages.ts";
import { loadTexts } from "../../../board/languages/load-texts.ts";
import { TextError } from "../../../board/languages/texts.ts";

const FOLDER = new URL("../../../board/languages/", import.meta.url);
const FORMS = /\.(?:zero|one|two|few|many|other)$/u;

const names = (await readdir(FOLDER)).filter((name) => name.endsWith(".json"));
const files = await Promise.all(
  names.map(async (name) => {
    const texts = JSON.parse(await readFile(new URL(name, FOLDER), "utf8")) as Record<
      string,
      string
    >;
    const [language = "", part = ""] = name.split(".").toReversed().slice(1);
    return { name, part, language, texts };
  }),
);

/** Keys without their plural forms, and what each text is given. */
function formOf(texts: Record<string, string>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [key, text] of Object.entries(texts)) {
    const placeholders = [...text.matchAll(/\{\w+\}/gu)].map(([name]) => name).toSorted();
    const base = key.replace(FORMS, "");
    found[base] = base === key ? placeholders.join() : "by number";
  }
  return found;
}

describe("the languages", () => {
  test("are these", async () => {
    expect(languages()).toEqual(["ar", "de", "en", "es", "fr", "he", "ja"]);
  });

  test.each(files)("$name has the keys of English, with the same placeholders", (file) => {
    const english = files.find(({ part, language }) => part === file.part && language === "en");
    expect(formOf(file.texts)).toEqual(formOf(english?.texts ?? {}));
  });

  test.each(files)(
    "$name has each plural form that its language tells apart",
    ({ language, texts }) => {
      const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
      const rare = ["es", "fr"].includes(language) ? ["many"] : []; // from a million on
      const needed = pluralCategories.filter((form) => !rare.includes(form));
      const keys = Object.keys(texts);
      const plurals = new Set(
        keys.filter((key) => FORMS.test(key)).map((key) => key.replace(FORMS, "")),
      );
      for (const key of plurals) {
        const forms = keys.filter((each) => each.replace(FORMS, "") === key && FORMS.test(each));
        const often = forms.filter((form) => !rare.includes(form.slice(key.length + 1)));
        expect(often.toSorted()).toEqual(needed.map((form) => `${key}.${form}`).toSorted());
      }
    },
  );

  test("choose the plural form by the number and write it as their readers do", async () => {
    const texts = async (language: string) => (await loadTexts(language)).text;
    const english = await texts("en");
    expect([english("group.tiles", { n: 1 }), english("group.tiles", { n: 1200 })]).toEqual([
      "1 tile",
      "1,200 tiles",
    ]);
    expect((await texts("de"))("group.tiles", { n: 1200 })).toBe("1.200 Kacheln");
    expect((await texts("ar"))("group.tiles", { n: 2 })).toBe("بطاقتان");
  });

  test("say which way they are written", async () => {
    expect((await loadTexts("he")).direction).toBe("rtl");
    expect((await loadTexts("ja")).direction).toBe("ltr");
  });

  test("give way to a board's own texts", async () => {
    const { text } = await loadTexts("en", { "headline.passing": "all systems go" });
    expect(text("headline.passing")).toBe("all systems go");
    expect(text("look.failing")).toBe("failing");
  });

  test("never let a stranger's words turn the sentence around", async () => {
    const { text } = await loadTexts("en");
    expect(text("run.cluster", { name: "a\u202egnissap" })).toBe("cluster agnissap");
    expect(text("run.cluster", { name: "שלום" })).toBe("cluster \u2068שלום\u2069");
  });

  test("round shares so that they never promise more than was seen", async () => {
    const { share } = await loadTexts("en");
    expect(share(0.99951, 0.99999)).toBe("99.9% – 100%");
    expect(share(0.5, 0.5)).toBe("50%");
  });

  test("that there are none of are refused by name", async () => {
    await expect(loadTexts("tlh")).rejects.toThrow(TextError);
    await expect(loadTexts("tlh")).rejects.toThrow('in "tlh"; there are: ar, de, en');
  });
});
