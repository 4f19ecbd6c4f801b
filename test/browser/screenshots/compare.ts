import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";

const COMMITTED = new URL(".", import.meta.url);
const OUT = new URL("../../../out/screenshots/", import.meta.url);
/** Share of the pixels that may differ: versions of Chromium and FreeType smooth the edges of letters differently. */
const TOLERANCE = 0.01;

/**
 * Compares a screenshot with the committed one of that name and gives the share of pixels that differ more than by smoothing, cut to
 * 0 within the tolerance. Where they differ, out/screenshots/ gets both and their difference. UPDATE_SCREENSHOTS=1 writes the
 * committed one instead.
 */
export async function differenceFrom(name: string, taken: Buffer): Promise<number> {
  const committed = new URL(`${name}.png`, COMMITTED);
  if (process.env.UPDATE_SCREENSHOTS === "1") {
    await writeFile(committed, taken);
    return 0;
  }
  if (!existsSync(committed)) {
    throw new Error(
      `There is no screenshot ${name}.png. Write it with UPDATE_SCREENSHOTS=1 and look at it.`,
    );
  }
  const expected = PNG.sync.read(await readFile(committed));
  const actual = PNG.sync.read(taken);
  const { width, height } = expected;
  if (actual.width !== width || actual.height !== height) return 1;
  const difference = new PNG({ width, height });
  const pixels = pixelmatch(expected.data, actual.data, difference.data, width, height, {
    threshold: 0.04, // the dark theme tells a tile from the page by ten of 255 steps
  });
  const share = pixels / (width * height);
  if (share <= TOLERANCE) return 0;
  await mkdir(OUT, { recursive: true });
  await writeFile(new URL(`${name}-taken.png`, OUT), taken);
  await writeFile(new URL(`${name}-difference.png`, OUT), PNG.sync.write(difference));
  return share;
}
