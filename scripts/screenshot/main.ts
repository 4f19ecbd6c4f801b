import { access } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { launchChromium, NO_CHROMIUM, openPage } from "../../test/support/board-browser.ts";

// Takes the picture of the board that README.md shows, from the page that `npm start` left behind.
const { values } = parseArgs({
  options: {
    page: { type: "string", default: "out/site/index.html" },
    to: { type: "string", default: "docs/board.png" },
    width: { type: "string", default: "1100" },
    height: { type: "string", default: "796" },
  },
});
const page = resolve(values.page);
try {
  await access(page);
  if (NO_CHROMIUM !== undefined) throw new Error(NO_CHROMIUM);
  const browser = await launchChromium();
  try {
    await using opened = await openPage(browser, pathToFileURL(page).href, {
      viewport: { width: Number(values.width), height: Number(values.height) },
      deviceScaleFactor: 1.5,
      colorScheme: "light",
    });
    await opened.page.screenshot({ path: values.to, fullPage: false });
    if (opened.complaints.length > 0) throw new Error(opened.complaints.join("\n"));
  } finally {
    await browser.close();
  }
  console.log(`wrote ${values.to}`);
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  const hint = "run `npm start` first, or name a page with --page FILE";
  console.error(code === "ENOENT" ? `There is no ${page}: ${hint}.` : message);
  process.exitCode = 1;
}
