import type {
  BoardConfig,
  GroupConfig,
  NotifyConfig,
  TokenConfig,
  WidgetConfig,
} from "./config.ts";

/** A configuration as a person writes it, once it has the schema's form: what has a default may be missing. */
export interface WrittenConfig
  extends Partial<Omit<BoardConfig, "github" | "tokens" | "notify" | "groups" | "widgets">> {
  readonly github?: Partial<BoardConfig["github"]>;
  readonly tokens?: ReadonlyArray<Omit<TokenConfig, "as"> & Partial<Pick<TokenConfig, "as">>>;
  readonly notify?: ReadonlyArray<
    Omit<NotifyConfig, "on" | "after"> & Partial<Pick<NotifyConfig, "on" | "after">>
  >;
  readonly groups?: readonly GroupConfig[];
  readonly widgets?: readonly WidgetConfig[];
}
