/** The page and its parts, by the path that they are asked for. */

export type Asset = {
  /** As `Content-Type` says it. */
  readonly type: string;
  readonly body: Uint8Array;
};

/** `/index.html` is among them, and answers `/`. */
export type Assets = ReadonlyMap<string, Asset>;
