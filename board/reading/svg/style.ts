/** The declarations that decide whether something is seen, and in which colour. */
const OF_INTEREST = new Set([
  "fill",
  "fill-opacity",
  "opacity",
  "display",
  "visibility",
  "stop-color",
  "stop-opacity",
  "font-size",
  "text-decoration",
  "text-decoration-line",
]);

export type Declarations = Readonly<Record<string, string>>;

/** Reads the body of a `style` attribute or of a CSS rule. */
export function parseDeclarations(css: string): Declarations {
  const found: Record<string, string> = {};
  for (const declaration of css.split(";")) {
    const colon = declaration.indexOf(":");
    const name = declaration.slice(0, Math.max(0, colon)).trim().toLowerCase();
    if (OF_INTEREST.has(name)) {
      found[name] = declaration
        .slice(colon + 1)
        .replace("!important", "")
        .trim();
    }
  }
  return found;
}

/** Reads rules with a plain class selector out of a style sheet; every other selector is left out. */
export function parseClassRules(css: string): ReadonlyMap<string, Declarations> {
  const rules = new Map<string, Declarations>();
  for (const rule of css.split("}")) {
    const brace = rule.indexOf("{");
    if (brace < 0) continue;
    const declarations = parseDeclarations(rule.slice(brace + 1));
    for (const selector of rule.slice(0, brace).split(",")) {
      const name = /^\.([\w-]{1,100})$/u.exec(selector.trim())?.[1];
      if (name !== undefined) rules.set(name, { ...rules.get(name), ...declarations });
    }
  }
  return rules;
}
