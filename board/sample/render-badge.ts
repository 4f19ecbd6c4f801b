const CHARACTER_WIDTH = 6.5; // Verdana at 11 px, on average
const PADDING = 10;

/** Draws a two-part badge in the flat style that most services share. */
export function renderBadge(label: string, message: string, color: string): string {
  const left = Math.round(label.length * CHARACTER_WIDTH + PADDING);
  const right = Math.round(message.length * CHARACTER_WIDTH + PADDING);
  const [labelText, messageText] = [escapeXml(label), escapeXml(message)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${labelText}: ${messageText}">`,
    `<title>${labelText}: ${messageText}</title>`,
    `<rect width="${left}" height="20" fill="#555"/>`,
    `<rect x="${left}" width="${right}" height="20" fill="${escapeXml(color)}"/>`,
    `<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">`,
    `<text x="${left / 2}" y="14">${labelText}</text>`,
    `<text x="${left + right / 2}" y="14">${messageText}</text>`,
    "</g></svg>",
  ].join("");
}

function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
