import type { State } from "../reading/state.ts";

/** How many cells of the wall a tile or widget takes: one, two beside each other, two upon each other, or four. */
export type Size = "normal" | "wide" | "tall" | "large";

/** What a number in a badge's message means: from `passing` it passes, from `warning` it warns, and beyond that it fails. */
export interface Thresholds {
  readonly passing: number;
  readonly warning: number;
}

export interface BadgeConfig {
  readonly label: string;
  /** http(s) address of the badge. */
  readonly badge: string;
  /** Where the tile leads; http(s). */
  readonly link?: string;
  readonly description?: string;
  /** What messages mean, compared without regard to case: the first of all evidence. */
  readonly map?: Readonly<Record<string, State>>;
  /** Judges the number in the message; where `passing` is below `warning`, less is better. */
  readonly thresholds?: Thresholds;
  /** "info" shows the message and judges nothing. */
  readonly treatAs?: "status" | "info";
  /** Address of the same result in a form that says more (endpoint JSON, CCTray, plain text); read in the badge's place. */
  readonly twin?: string;
  /** The project's name in a CCTray feed given as `twin`. */
  readonly project?: string;
  readonly size?: Size;
}

export interface GroupConfig {
  readonly name: string;
  readonly badges: readonly BadgeConfig[];
}

export type WidgetConfig = { readonly size?: Size } & (
  | { readonly kind: "clock"; readonly label?: string; readonly timeZone?: string }
  | { readonly kind: "text"; readonly title?: string; readonly text: string }
  /** `file` is a PNG, JPEG, GIF or WebP; absolute path. */
  | { readonly kind: "picture"; readonly file: string; readonly alt: string }
  /** Counts the tiles of a state, of one group or of all. */
  | {
      readonly kind: "counter";
      readonly label: string;
      readonly state: State;
      readonly group?: string;
    }
);

/** What the page needs to know of a configuration; it is in state.json, so that `build` needs nothing else. */
export interface Presentation {
  readonly title: string;
  /** BCP 47, one of the languages of board/languages/; text direction follows from it. */
  readonly language: string;
  /** IANA name of the zone in which times are printed. */
  readonly timeZone: string;
  /** Hours after which data is called stale. */
  readonly staleAfterHours: number;
  /** How often it is meant to be collected; a longer time without observation is drawn as a gap. */
  readonly everyMinutes: number;
  /** Days of history that are kept and shown. */
  readonly historyDays: number;
  /** Address at which the board is published, ending in "/": feeds link to it. */
  readonly site?: string;
  /** Seconds that TV mode shows a screen of tiles for. */
  readonly tvSeconds: number;
  readonly groups: readonly GroupConfig[];
  readonly widgets: readonly WidgetConfig[];
  /** Own texts in the place of a language's, by its keys. */
  readonly translations: Readonly<Record<string, string>>;
}

/** A token for a host, sent to it and to none that it redirects to. */
export interface TokenConfig {
  /** Host, with or without port. */
  readonly host: string;
  /** Name of the environment variable that holds it. */
  readonly variable: string;
  /** How it is sent: as `Authorization: Bearer`, as basic authorization ("user:password"), or in the header of this name. */
  readonly as: "bearer" | "basic" | { readonly header: string };
}

export type NotifyKind = "webhook" | "slack" | "teams" | "ntfy" | "github-issue";

/** Who is told of a tile's change of state. */
export interface NotifyConfig {
  readonly kind: NotifyKind;
  /** Name of the environment variable with the address to post to (for github-issue with the token). */
  readonly variable: string;
  /** "owner/name", of github-issue alone. */
  readonly repository?: string;
  /** States that are told of; "passing" alone means recoveries. */
  readonly on: readonly State[];
  /** How many collections in a row must have seen the state. */
  readonly after: number;
  /** Names of groups; all where it is missing. */
  readonly groups?: readonly string[];
}

/** What a board shows and where it gets it from: the form of `badges.yaml` once it has been checked. */
export interface BoardConfig extends Presentation {
  /** Hosts, with or without port, that may have private addresses. */
  readonly allowPrivate: readonly string[];
  readonly tokens: readonly TokenConfig[];
  /** Reads GitHub's workflow badges through its REST API where this environment variable holds a token. */
  readonly github: { readonly variable: string; readonly api: string };
  /** Requests at the same time to one host. */
  readonly requestsPerHost: number;
  readonly notify: readonly NotifyConfig[];
  /** Absolute paths, with * in the file name, or http(s) addresses of results.json files. */
  readonly results: readonly string[];
}

/** What a configuration that leaves it out gets. */
export const DEFAULTS = {
  title: "Badgeboard",
  language: "en",
  timeZone: "UTC",
  staleAfterHours: 24,
  everyMinutes: 60,
  historyDays: 30,
  tvSeconds: 15,
  groups: [],
  widgets: [],
  translations: {},
  allowPrivate: [],
  tokens: [],
  github: { variable: "GITHUB_TOKEN", api: "https://api.github.com" },
  requestsPerHost: 4,
  notify: [],
  results: [],
} as const satisfies BoardConfig;

/** The part of a configuration that goes into state.json. */
export function presentationOf(config: Presentation): Presentation {
  const { title, language, timeZone, staleAfterHours, everyMinutes, historyDays } = config;
  const { site, tvSeconds, groups, widgets, translations } = config;
  return {
    ...{ title, language, timeZone, staleAfterHours, everyMinutes, historyDays },
    ...(site === undefined ? {} : { site }),
    ...{ tvSeconds, groups, widgets, translations },
  };
}

/** Under which a badge's record is kept: its address, and how it is read where the configuration says so. */
export function recordKey({ badge, twin, project, map, thresholds, treatAs }: BadgeConfig): string {
  const how = { twin, project, map, thresholds, treatAs };
  const isPlain = Object.values(how).every((value) => value === undefined);
  return isPlain ? badge : `${badge} ${JSON.stringify(how)}`;
}
