/** The part of Eleventy's programmatic API that the board calls; the package has no types of its own. */
declare module "@11ty/eleventy" {
  export interface EleventyConfig {
    setUseGitIgnore(use: boolean): void;
    addGlobalData(name: string, value: unknown): void;
    addFilter<T extends readonly never[]>(name: string, filter: (...values: T) => unknown): void;
  }

  export interface RenderedPage {
    readonly outputPath: string;
    readonly content: string;
  }

  interface Options {
    readonly quietMode: boolean;
    readonly configPath: null;
    config(config: EleventyConfig): void;
  }

  /** https://www.11ty.dev/docs/programmatic/ */
  export class Eleventy {
    constructor(input: string, output: string, options: Options);
    toJSON(): Promise<RenderedPage[]>;
  }
}
