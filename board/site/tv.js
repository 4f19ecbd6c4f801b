// TV mode: gives each tile its place, turns screens, keeps the time, and fetches this page anew. Without it all is on one screen.

const LEAST = { width: 0.4, height: 0.158 }; // of the screen's shorter side: labels are then readable at five metres
const REFRESH_S = 60;
const SHIFT_S = 120;
const IDLE_S = 4;
const SHIFTS = [0, 0, 3, 0, 3, 3, 0, 3, -3, 3, -3, 0, -3, -3, 0, -3]; // px, x and y, against burn-in

const root = document.documentElement;
const find = (selector) => document.querySelector(selector);
const asked = new URLSearchParams(location.search);
const isCalm = matchMedia("(prefers-reduced-motion: reduce)");
let screens = [];
let at = 0;
let shownFor = 0;
let idleFor = 0;
let seconds = 0;
let isPaused = false;
let lastText;
let freshAt = Date.now();

/** Puts items into a grid at their first free place each; returns [item, column, row, width, height]s, and the items left over. */
function pack(items, columns, rows) {
  const taken = new Set();
  const placed = [];
  const left = [];
  for (const item of items) {
    const width = Math.min(columns, item.matches(".wide, .large") ? 2 : 1);
    const height = Math.min(rows, item.matches(".tall, .large") ? 2 : 1);
    const cells = (place) =>
      Array.from({ length: width * height }, (_, n) => place + (n % width) + Math.floor(n / width) * columns);
    let place = 0;
    const fits = () => (place % columns) + width <= columns && !cells(place).some((cell) => taken.has(cell));
    const end = taken.size < columns * rows ? (rows - height + 1) * columns : 0;
    while (place < end && !fits()) place += 1;
    if (place < end) {
      for (const cell of cells(place)) taken.add(cell);
      placed.push([item, place % columns, Math.floor(place / columns), width, height]);
    } else left.push(item);
  }
  return { placed, left };
}

/** The screens of a grid: what fails is on each of them, then widgets, as far as others have room; undefined beyond `most`. */
function screensOf(columns, rows, most) {
  const items = [...document.querySelectorAll("main li:not(.mute)")];
  if (pack(items, columns, rows).left.length === 0) return [pack(items, columns, rows).placed];
  const room = columns * rows;
  const failing = items.filter((item) => item.dataset.look === "failing" && item.matches(".tile"));
  const pinned = pack(failing, columns, Math.floor(rows / 2)).placed.map(([item]) => item);
  const widgets = items.filter((item) => item.matches(".widget"));
  if (room >= 9) pinned.push(...pack(widgets, columns, Math.floor(rows / 4)).placed.map(([item]) => item));
  let rest = items.filter((item) => !pinned.includes(item));
  const made = [];
  while (rest.length > 0) {
    if (made.length === most) return undefined;
    const { placed, left } = pack([...pinned, ...rest], columns, rows);
    const next = rest.filter((item) => left.includes(item));
    if (next.length === rest.length) rest[0].classList.remove("wide", "tall", "large"); // found no place: takes one cell
    rest = next;
    made.push(placed);
  }
  return made;
}
