import { dirname, resolve } from "node:path";
import { type BoardConfig, DEFAULTS, type WidgetConfig } from "./config.ts";
import { isWebAddress } from "./formats.ts";
import type { WrittenConfig } from "./written.ts";

/** Adds defaults, and makes paths absolute: they are relative to the configuration's file at `path`. */
export function fillIn(written: WrittenConfig, path: string): BoardConfig {
  const { github, tokens = [], notify = [], results = [], widgets = [], site, ...rest } = written;
  const folder = dirname(path);
  return {
    ...DEFAULTS,
    ...rest,
    ...(site === undefined ? {} : { site: site.endsWith("/") ? site : `${site}/` }),
    github: { ...DEFAULTS.github, ...github },
    tokens: tokens.map((token) => ({
      ...token,
      host: token.host.toLowerCase(),
      as: token.as ?? "bearer",
    })),
    notify: notify.map((one) => ({
      ...one,
      on: one.on ?? ["failing", "passing"],
      after: one.after ?? 1,
    })),
    results: results.map((entry) => (isWebAddress(entry) ? entry : resolve(folder, entry))),
    widgets: widgets.map((widget) => withAbsoluteFile(widget, folder)),
  };
}

function withAbsoluteFile(widget: WidgetConfig, folder: string): WidgetConfig {
  return widget.kind === "picture" ? { ...widget, file: resolve(folder, widget.file) } : widget;
}

/** The same value with its texts trimmed, names of keys included. */
export function trimmed(value: unknown): unknown {
  if (typeof value === "string") return value.trim();
  if (Array.isArray(value)) return value.map(trimmed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.trim(), trimmed(inner)]),
  );
}
