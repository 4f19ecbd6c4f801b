// Counts ages up, finds tiles, keeps the theme, and swaps what changed. The page is complete without it.

const MINUTE_MS = 60_000;
const MOST_WAIT_MS = 15 * MINUTE_MS;
const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", MINUTE_MS],
];
const root = document.documentElement;
const byId = (id) => document.getElementById(id);
const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
const relative = new Intl.RelativeTimeFormat(root.lang, { numeric: "auto" });
const title = { text: document.title };

/** "3 minutes ago" for a time in ms; "now" below a minute, and for clocks that are ahead. */
function ageOf(time, now) {
  const [unit, length] = UNITS.find(([, ms]) => now - time >= ms) ?? ["second", Infinity];
  const count = Math.floor((now - time) / length);
  return relative.format(unit === "second" ? 0 : -count, unit);
}

function showAges() {
  const now = Date.now();
  for (const element of all("time")) {
    element.title ||= element.textContent;
    element.textContent = ageOf(Date.parse(element.dateTime), now);
  }
  const staleness = byId("staleness");
  const { collected, hours, word } = staleness.dataset;
  const isStale = now - Date.parse(collected) > hours * 60 * MINUTE_MS;
  root.classList.toggle("stale", isStale);
  staleness.hidden = !isStale;
  document.title = isStale && !title.text.startsWith(word) ? `${word} · ${title.text}` : title.text;
}

/** Clocks of widgets: the time and the day of a zone. */
function showClocks() {
  for (const clock of all("[data-zone]")) {
    const { zone: timeZone } = clock.dataset;
    const style = clock.matches(".day") ? { dateStyle: "full" } : { timeStyle: "short" };
    clock.textContent = new Intl.DateTimeFormat(root.lang, { ...style, timeZone }).format();
  }
}

const form = byId("filter");

/** Hides the tiles that do not match, and puts the question into the address. */
function applyFilter() {
  const { q, state, group, host } = Object.fromEntries(new FormData(form));
  const words = q.toLowerCase().split(/\s+/);
  const isAsked = Boolean(q.trim() || state || group || host);
  let [shown, total] = [0, 0];
  for (const section of all("main section")) {
    let hits = 0;
    const name = section.querySelector("h2")?.textContent ?? "";
    for (const tile of all(".tile", section)) {
      const text = `${name} ${tile.textContent}`.toLowerCase();
      const fits =
        words.every((word) => text.includes(word)) &&
        (!state || tile.dataset.look === state) &&
        (!group || section.dataset.group === group) &&
        (!host || tile.dataset.host === host);
      tile.hidden = !fits;
      hits += fits;
      total += 1;
    }
    shown += hits;
    section.hidden = isAsked && hits === 0;
    const fold = section.querySelector(".fold");
    if (fold && isAsked && hits > 0) fold.open = true;
  }
  const output = byId("shown");
  output.textContent = isAsked
    ? output.dataset.text.replace("{n}", shown).replace("{total}", total)
    : "";
  const query = new URLSearchParams(Object.entries({ q, state, group, host }).filter(([, v]) => v));
  history.replaceState(null, "", `${query.size ? `?${query}` : location.pathname}${location.hash}`);
}

for (const [name, value] of new URLSearchParams(location.search)) {
  if (form.elements[name]?.name) form.elements[name].value = value;
}
form.addEventListener("input", ({ target }) => target.name && applyFilter());
form.addEventListener("submit", (event) => event.preventDefault());

const theme = byId("theme");
theme.value = root.dataset.theme;
theme.addEventListener("change", () => {
  root.dataset.theme = theme.value;
  try {
    localStorage.setItem("theme", theme.value);
  } catch {
    // kept until the page is left
  }
});

/** Makes the children of a list those of a fresh one, by their ids; what did not change stays the same element. */
function sync(list, fresh, said) {
  const old = new Map([...list.children].map((child) => [child.id, child]));
  const wanted = [...fresh.children]; // those that are taken leave the fresh list
  wanted.forEach((next, at) => {
    const node = current(old.get(next.id), next, said);
    if (list.children[at] !== node) list.insertBefore(node, list.children[at] ?? null);
  });
  while (list.children.length > wanted.length) list.lastElementChild.remove();
}

function current(node, next, said) {
  if (node?.matches("section")) {
    if (node.dataset.v !== next.dataset.v) {
      node.dataset.v = next.dataset.v;
      node.dataset.look = next.dataset.look;
      node.querySelector(".head")?.replaceWith(next.querySelector(".head"));
    }
    const [tiles, freshTiles] = [node, next].map((each) => each.querySelector(".tiles"));
    if (tiles && freshTiles) sync(tiles, freshTiles, said);
    else node.replaceChildren(...next.childNodes);
    return node;
  }
  if (node?.dataset.v && node.dataset.v === next.dataset.v) return node;
  const open = all("details", next);
  all("details", node ?? next).forEach((each, at) => {
    if (open[at]) open[at].open = each.open;
  });
  if (next.matches(".tile") && node?.dataset.look !== next.dataset.look) said.push(next);
  node?.replaceWith(next);
  return next;
}

/** Puts a fresh copy of this page in the place of what changed; keeps what is open, the focus and the place. */
function refreshFrom(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const part = (id) => fresh.getElementById(id);
  if (
    !part("board") ||
    fresh.querySelector("style").textContent !== document.querySelector("style").textContent
  ) {
    return location.reload();
  }
  const focused = document.activeElement;
  const at = focused?.closest("[data-v]")?.id;
  const tag = focused?.localName;
  const said = [];
  title.text = fresh.title;
  for (const id of ["head", "banners"]) if (part(id)) byId(id).replaceWith(part(id));
  sync(byId("board"), part("board"), said);
  applyFilter();
  showAges();
  showClocks();
  if (at && !focused.matches(":focus")) {
    byId(at)?.querySelector(tag)?.focus({ preventScroll: true });
  }
  const lines = said.slice(0, 5).map((tile) => {
    return `${tile.querySelector("h3").textContent}: ${tile.querySelector(".word").textContent}`;
  });
  const live = byId("live");
  if (said.length > 5) lines.push(live.dataset.more.replace("{n}", said.length - 5));
  if (lines.length > 0) live.textContent = lines.join(", ");
}

let lastText;
let wait = MINUTE_MS;
let due = Date.now() + MINUTE_MS;

async function refresh() {
  if (document.hidden || Date.now() < due) return;
  due = Infinity;
  try {
    const answer = await fetch(location.pathname, { cache: "no-cache" });
    if (!answer.ok) throw new Error(answer.statusText);
    const text = await answer.text();
    if (lastText !== text) refreshFrom(text);
    lastText = text;
    wait = MINUTE_MS;
  } catch {
    wait = Math.min(2 * wait, MOST_WAIT_MS); // the ages on the page tell that it is not fresh
  }
  due = Date.now() + wait;
}

showAges();
showClocks();
if (location.search) applyFilter();
setInterval(showAges, MINUTE_MS / 2);
if (all("[data-zone]").length > 0) setInterval(showClocks, 1000);
if (location.protocol.startsWith("http")) {
  setInterval(refresh, MINUTE_MS / 6);
  document.addEventListener("visibilitychange", refresh);
}
