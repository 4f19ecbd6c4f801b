import type { WidgetConfig } from "../config/config.ts";
import type { BoardModel } from "../model/board-model.ts";
import type { Look } from "../model/looks.ts";
import type { PageContext } from "./page-context.ts";

/** One widget as the pages show it. All texts but those of our languages are strangers'. */
export type WidgetView = { readonly classes: string } & (
  | { readonly kind: "clock"; readonly label: string; readonly timeZone: string }
  | { readonly kind: "text"; readonly title?: string; readonly lines: readonly string[] }
  /** `source` is a data: address; missing where there is no such picture. */
  | { readonly kind: "picture"; readonly source?: string; readonly alt: string }
  | {
      readonly kind: "counter";
      readonly label: string;
      readonly count: string;
      /** The counted state's look where it occurs; none of a zero, which would be praise or blame for nothing. */
      readonly look?: Look;
      /** Says how many tiles could not be counted, because nothing is known of them. */
      readonly unseen?: string;
    }
);

/** Makes the widgets of a board; `pictures` are data: addresses by file. */
export function widgetViews(
  model: BoardModel,
  context: PageContext,
  pictures: ReadonlyMap<string, string>,
): WidgetView[] {
  return model.widgets.map((widget) => {
    const size = widget.size === undefined || widget.size === "normal" ? "" : ` ${widget.size}`;
    return { classes: `${widget.kind}${size}`, ...viewOf(widget, model, context, pictures) };
  });
}

type Content = WidgetView extends infer View
  ? View extends unknown
    ? Omit<View, "classes">
    : never
  : never;

function viewOf(
  widget: WidgetConfig,
  model: BoardModel,
  context: PageContext,
  pictures: ReadonlyMap<string, string>,
): Content {
  switch (widget.kind) {
    case "clock": {
      const { label = "", timeZone = model.timeZone } = widget;
      return { kind: "clock", label, timeZone };
    }
    case "text": {
      const title = widget.title === undefined ? {} : { title: widget.title };
      return { kind: "text", ...title, lines: widget.text.split(/\r?\n/u) };
    }
    case "picture": {
      const source = pictures.get(widget.file);
      return { kind: "picture", alt: widget.alt, ...(source === undefined ? {} : { source }) };
    }
    case "counter":
      return counterOf(widget, model, context);
  }
}

type CounterConfig = Extract<WidgetConfig, { kind: "counter" }>;

/** Counts what tiles look like now: a tile without a fresh reading is no passing one, whatever it was. */
function counterOf(
  { label, state, group }: CounterConfig,
  model: BoardModel,
  context: PageContext,
) {
  const groups = model.groups.filter(({ name }) => group === undefined || name === group);
  const looks = groups.flatMap(({ tiles }) => tiles.map(({ look }) => look));
  const count = looks.filter((look) => look === state).length;
  const n = looks.filter((look) => look === "unread").length;
  return {
    kind: "counter" as const,
    label,
    count: groups.length === 0 ? "?" : context.texts.number(count),
    ...(count === 0 ? {} : { look: state }),
    ...(n === 0 ? {} : { unseen: context.texts.text("widget.unseen", { n }) }),
  };
}
