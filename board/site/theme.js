// Sets the colours that this person chose before anything is painted.
try {
  document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "auto";
} catch {
  document.documentElement.dataset.theme = "auto"; // no storage from a file, or forbidden
}
