/** Who decided what, and when: `serversync audit`. */

export type ActsAnswer = { readonly acts: readonly Act[] };

export type Act = {
  readonly id: string;
  readonly at: number;
  /** Such as `mary@office-mac`. */
  readonly by: string;
  readonly what: string;
  /** The same, a clause. */
  readonly words: string;
  readonly table?: string;
  readonly server?: string;
  /** The id of a halt or a conflict. */
  readonly about?: string;
  readonly key?: string;
  readonly records?: number;
  readonly how?: string;
};
