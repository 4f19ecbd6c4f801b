// TV mode: gives each tile its place, turns screens, keeps the time, and fetches this page anew.

const root = document.documentElement;
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const [lost] = all("#lost");
const asked = new URLSearchParams(location.search);
const isWeb = location.protocol.startsWith("http");
const motion = matchMedia("(prefers-reduced-motion: no-preference)");
const SHIFTS = ["0 0", "3px 0", "3px 3px", "0 3px", "-3px 0", "-3px -3px", "0 -3px"]; // against burn-in
let screens = [];
let at = 0;
let turnedAt = 0;
let movedAt = 0;
let second = 0;
let freshAt = Date.now();
let shown;

/** Gives items their first free places in the rows `upTo` one; what has none is left over. `small` ones take one cell. */
function pack(items, columns, rows, small, upTo) {
  const taken = new Set();
  const placed = new Map();
  for (const item of items) {
    const span = (sizes, most) => (!small.has(item) && item.matches(sizes) ? Math.min(2, most) : 1);
    const [width, height] = [span(".wide,.large", columns), span(".tall,.large", rows)];
    for (
      let cell = 0;
      taken.size < columns * upTo && cell < (upTo - height + 1) * columns;
      cell++
    ) {
      const column = cell % columns;
      const cells = [cell, cell + width - 1, cell + (height - 1) * columns];
      cells.push(cells[2] + width - 1);
      if (column + width > columns || cells.some((one) => taken.has(one))) continue;
      for (const one of cells) taken.add(one);
      const row = Math.floor(cell / columns);
      placed.set(item, `${row + 1} / ${column + 1} / span ${height} / span ${width}`);
      break;
    }
  }
  return placed;
}

/** The screens of a grid, undefined if more than `most`: what fails has the upper half of each, widgets a quarter. */
function screensOf(columns, rows, most) {
  const small = new Set();
  const place = (items, upTo) => pack(items, columns, rows, small, upTo);
  let rest = all("main li");
  const whole = place(rest, rows);
  if (whole.size === rest.length) return [whole];
  const pinned = [
    ...place(all(".tile[data-look=failing]"), rows >> 1).keys(),
    ...place(all(".widget"), rows >> 2).keys(),
  ];
  rest = rest.filter((item) => !pinned.includes(item));
  const made = [];
  while (rest.length) {
    if (made.length === most) return;
    const placed = place([...pinned, ...rest], rows);
    const left = rest.filter((item) => !placed.has(item));
    if (left.length < rest.length) made.push(placed);
    else if (small.has(rest[0])) left.push(pinned.pop());
    else small.add(rest[0]);
    rest = left;
  }
  return made;
}

/** Takes the grid with the fewest screens, and of those the one with the largest letters that five metres allow. */
function arrange() {
  const [main] = all("main");
  const { clientWidth: width, clientHeight: height } = main;
  const side = Math.min(innerWidth, innerHeight);
  let best = 0;
  screens = [];
  for (let columns = Math.max(1, Math.floor(width / side / 0.4)); columns; columns--) {
    for (let rows = Math.max(1, Math.floor(height / side / 0.163)); rows; rows--) {
      const made = screensOf(columns, rows, screens.length || 1e3);
      const size = Math.min((height / rows) * 0.215, (width / columns) * 0.085);
      if (!made || (made.length === screens.length && size <= best)) continue;
      [screens, best] = [made, size];
      main.firstElementChild.style.gridTemplate = `repeat(${rows},minmax(0,1fr)) / repeat(${columns},minmax(0,1fr))`;
    }
  }
  turn(0);
}

function turn(by) {
  if (by) turnedAt = second;
  at = (at + by + screens.length) % (screens.length || 1);
  for (const item of all("main li")) {
    item.hidden = !screens[at]?.has(item);
    item.style.gridArea = screens[at]?.get(item) ?? "";
  }
  all("#screen")[0].textContent = screens.length > 1 ? `${at + 1} / ${screens.length}` : "";
}

const language = root.lang === "en" ? "en-GB" : root.lang;
const write = (options, time = Date.now()) =>
  new Intl.DateTimeFormat(language, options).format(time);

function ageOf(time, unitDisplay) {
  const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(time)) / 6e4));
  const [unit, length] =
    minutes < 60 ? ["minute", 1] : minutes < 2880 ? ["hour", 60] : ["day", 1440];
  const value = Math.floor(minutes / length);
  if (unitDisplay)
    return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay }).format(value);
  return new Intl.RelativeTimeFormat(language).format(-value, unit);
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Writes the time, the ages, and whether the data has become stale. */
function tell() {
  for (const clock of all("[data-zone]")) {
    const timeZone = clock.dataset.zone;
    const day = { weekday: "short", day: "numeric", month: "long", timeZone };
    put(clock, write(clock.matches(".day") ? day : { timeStyle: "short", timeZone }));
  }
  for (const time of all("header time")) put(time, ageOf(time.dateTime));
  for (const time of all(".short")) put(time, ageOf(time.dateTime, "narrow"));
  const [collected] = all("#collected");
  const age = Date.now() - Date.parse(collected?.dateTime);
  root.classList.toggle("stale", !(age <= collected?.dataset.hours * 36e5));
  put(
    lost.lastElementChild,
    write({ timeStyle: "short", timeZone: all(".now")[0].dataset.zone }, freshAt),
  );
}

/** Fetches this page and shows it if it is another one; says so if it cannot. A new style needs a new page. */
async function refresh() {
  try {
    const answer = await fetch(location.pathname, {
      cache: "no-cache",
      signal: AbortSignal.timeout(2e4),
    });
    const text = await answer.text();
    const next = new DOMParser().parseFromString(text, "text/html");
    const parts = all("#frame", next);
    if (!answer.ok || !parts.length) throw Error(answer.status);
    const isOther = (selector) =>
      all(selector, next)[0]?.textContent !== all(selector)[0].textContent;
    if (isOther("style")) return location.reload();
    freshAt = Date.now();
    lost.hidden = true;
    if (text === shown) return;
    shown = text;
    document.title = next.title;
    all("#frame")[0].replaceWith(...parts);
    tell();
    arrange();
  } catch {
    lost.hidden = false;
  }
}

function awake() {
  if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => undefined); // not every screen allows it
}

const KEYS = {
  ArrowLeft: () => turn(-1),
  ArrowRight: () => turn(1),
  " ": () => all("[aria-pressed]")[0].setAttribute("aria-pressed", root.classList.toggle("paused")),
  f: () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()),
  Escape: () => document.fullscreenElement || location.assign("index.html"),
};

function move() {
  movedAt = second;
  root.classList.remove("idle");
}

function tick() {
  second += 1;
  const length = Number(asked.get("seconds")) || Number(all("main")[0].dataset.seconds);
  const isPaused = root.classList.contains("paused");
  if (isPaused) turnedAt = second;
  else if (screens.length > 1 && second - turnedAt >= Math.max(2, length)) turn(1);
  if (second - movedAt === 4) root.classList.add("idle");
  if (motion.matches && second % 120 === 0)
    root.style.translate = SHIFTS[(second / 120) % SHIFTS.length];
  if (isWeb && second % 60 === 0) void refresh();
  tell();
}

addEventListener("keydown", (event) => {
  const key = KEYS[event.key.replace("F", "f")];
  if (!key || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === " " && event.target.matches("button")) return; // a button is pressed by it
  event.preventDefault();
  key();
});
addEventListener("click", ({ target }) => KEYS[target.closest?.("[data-key]")?.dataset.key]?.());
addEventListener("pointermove", move);
addEventListener("focusin", move);
addEventListener("resize", arrange);
document.addEventListener("visibilitychange", awake);
if (asked.has("theme")) root.dataset.theme = asked.get("theme");
awake();
tell();
arrange();
setInterval(tick, 1000);
