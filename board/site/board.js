// Counts the ages on the page up and says when its data is stale. The page is complete without it.

const MINUTE_MS = 60_000;
const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", MINUTE_MS],
];
const FORMAT = new Intl.RelativeTimeFormat("en", { numeric: "always" });

/** "3 minutes ago" for a time in ms; "just now" below a minute, and for clocks that are ahead. */
function ageOf(time, now) {
  const [unit, length] = UNITS.find(([, ms]) => now - time >= ms) ?? [];
  return unit === undefined ? "just now" : FORMAT.format(-Math.floor((now - time) / length), unit);
}

function showAges() {
  const now = Date.now();
  for (const element of document.querySelectorAll("time")) {
    element.textContent = ageOf(Date.parse(element.dateTime), now);
  }
  const staleness = document.getElementById("staleness");
  const age = now - Date.parse(staleness.dataset.collected);
  const isStale = age > Number(staleness.dataset.hours) * 60 * MINUTE_MS;
  document.documentElement.classList.toggle("stale", isStale);
  staleness.hidden = !isStale;
}

showAges();
setInterval(showAges, MINUTE_MS / 2);
