import type { Definition, Image, ImageReference, Link, LinkReference, Node, Nodes } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { type Anchor, linkAround, partsOfHtml } from "./html.ts";
import { type Picture, type Range, type Written, written } from "./picture.ts";

/** Emphasis holds no address, and finding it takes time that grows with the square of a page's length. */
const NO_EMPHASIS = { disable: { null: ["attention"] } };

/** The pictures of a Markdown page (https://spec.commonmark.org/), HTML in it and reference links included, from top to bottom. */
export function picturesInMarkdown(page: string): Picture[] {
  const nodes = nodesOf(fromMarkdown(page, { extensions: [NO_EMPHASIS] }));
  const places = new Places(page, definitionsIn(nodes));
  const html = partsOfHtml(onlyHtml(page, nodes));
  const anchors = [...nodes.flatMap((node) => anchorOf(node, places)), ...html.anchors].toSorted(
    (one, other) => one.range.end - other.range.end,
  );
  const pictures = nodes.flatMap((node) => {
    if (node.type !== "image" && node.type !== "imageReference") return [];
    const range = rangeOfNode(node);
    return pictureOf(places, node, range, linkAround(anchors, range));
  });
  return [...pictures, ...html.pictures].toSorted(
    (one, other) => one.range.start - other.range.start,
  );
}

/** The page with spaces in the place of all that is not HTML, so that tags keep their places. */
function onlyHtml(page: string, nodes: readonly Nodes[]): string {
  let text = "";
  for (const node of nodes) {
    const { start, end } = rangeOfNode(node);
    if (node.type === "html" && start >= text.length) {
      text = text.padEnd(start) + page.slice(start, end);
    }
  }
  return text;
}

function anchorOf(node: Nodes, places: Places): Anchor[] {
  const isLink = node.type === "link" || node.type === "linkReference";
  return isLink ? [{ link: places.of(node), range: rangeOfNode(node) }] : [];
}

function definitionsIn(nodes: readonly Nodes[]): ReadonlyMap<string, Definition> {
  const all = nodes.filter((node) => node.type === "definition");
  return new Map(all.toReversed().map((node) => [node.identifier, node])); // the first one of a name counts
}

function pictureOf(
  places: Places,
  node: Image | ImageReference,
  range: Range,
  link: Written | undefined,
): Picture {
  const alt = node.alt?.trim() ?? "";
  const isExplicit = node.type === "image" || node.referenceType === "full"; // else the text is the name as well
  const isEmpty = places.page.startsWith("![]", range.start);
  return {
    form: "markdown",
    source: places.of(node),
    alt,
    ...(alt === "" && isEmpty && isExplicit
      ? { altSlot: { at: range.start + 2, text: escapedAlt } }
      : {}),
    ...(link === undefined || link.address === "" ? {} : { link }),
    range,
  };
}

const escapedAlt = (text: string) => text.replaceAll(/[\\[\]*_`<&]/gu, "\\$&");

/** Finds where the addresses of links and pictures are written. */
class Places {
  readonly page: string;
  readonly #definitions: ReadonlyMap<string, Definition>;

  constructor(page: string, definitions: ReadonlyMap<string, Definition>) {
    this.page = page;
    this.#definitions = definitions;
  }

  of(node: Image | ImageReference | Link | LinkReference): Written {
    if (node.type === "image" || node.type === "link") return this.#after("](", node, node.url);
    const definition = this.#definitions.get(node.identifier);
    return definition === undefined
      ? { address: "" }
      : this.#after("]:", definition, definition.url);
  }

  /** The address after the last such mark; a title that repeats the mark leaves it without a range. */
  #after(mark: string, node: Node, address: string): Written {
    const { start, end } = rangeOfNode(node);
    const from = this.page.lastIndexOf(mark, end - mark.length);
    return from < start ? { address } : written(this.page, address, from, end);
  }
}

function rangeOfNode({ position }: Node): Range {
  return { start: position?.start.offset ?? 0, end: position?.end.offset ?? 0 };
}

/** A node and all below it, in the order of the page. Not recursive: pages of strangers may be nested deeply. */
function nodesOf(root: Nodes): Nodes[] {
  const nodes: Nodes[] = [];
  const waiting = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    nodes.push(node);
    if ("children" in node) waiting.push(...node.children.toReversed());
  }
  return nodes;
}
